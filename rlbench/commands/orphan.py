"""End with the process that started this one, however that ended: nobody else would stop an orphan."""

import os
import threading
import time

VARIABLE = "RLBENCH_PARENT"
"""In the environment, the number of the parent: by the time that a child asks for it, the parent may be gone."""


def end_with_parent(every_s: float = 0.5) -> None:
    """Watch in the background and leave at once, without clean-up, when the parent process is gone."""
    parent = int(os.environ.get(VARIABLE, os.getppid()))

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every_s)
        os._exit(137)

    threading.Thread(target=watch, daemon=True, name="parent watch").start()
