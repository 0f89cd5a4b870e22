"""Write a file whole or not at all."""

import os
from pathlib import Path

HALF_WRITTEN = ".half-written"
"""Ending of a file that is being written; one that stays behind tells of a process that was killed."""


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` into `path`; its folder is made if need be.

    The bytes go to a file beside it that then takes its name, which is one step for the file system: a reader sees
    the old content or the new one. Raises OSError, and leaves the old file, if there is no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}{HALF_WRITTEN}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_text(path: Path, content: str) -> None:
    """The same in UTF-8, with the line ends as they are in `content` on every system."""
    write_bytes(path, content.encode())
