"""Open the engine that a run asks for, or the nearest one that this machine can give."""

import os
import sys
from pathlib import Path

from rlbench.engine.eager import Eager
from rlbench.engine.engine import Engine


def open_engine(wanted: str) -> Engine:
    """`compiled` or `eager`; compiled becomes eager, with one line on stderr, where no C++ compiler is found."""
    if wanted == "eager":
        return Eager()
    # Inductor takes seconds to import: only who compiles waits for it.
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except (InvalidCxxCompiler, RuntimeError):
        print("rlbench: no C++ compiler found, running eager (same results to 1e-6, slower)", file=sys.stderr)
        return Eager()
    from rlbench.engine.compiled import Compiled

    return Compiled(cache_folder())


def cache_folder() -> Path:
    """Where compiled graphs are kept between processes: $RLBENCH_CACHE, else the user's cache folder."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "rlbench"
    return Path(os.environ.get("RLBENCH_CACHE", default))
