"""The same arithmetic on every x86-64 processor with AVX2, to the last bit.

torch and OpenBLAS choose their kernels by the widest instructions they find, and a sum over sixteen lanes rounds unlike
one over eight. Wider ones bring these small networks nothing: both are held to AVX2.
"""

import os
from pathlib import Path

SAME_KERNELS = {"ATEN_CPU_CAPABILITY": "avx2", "OPENBLAS_CORETYPE": "Haswell"}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def settle(listing: Path = Path("/proc/cpuinfo")) -> None:
    """One thread and the same kernels for this process and its children, where the user's environment says nothing
    else. Libraries read this once, when they are first imported: call it before that."""
    wanted = ONE_THREAD | (SAME_KERNELS if _has_avx2(listing) else {})
    for variable, value in wanted.items():
        os.environ.setdefault(variable, value)


def _has_avx2(listing: Path) -> bool:
    """False as well where nobody says, as on macOS: a kernel that a processor cannot run ends the program."""
    return listing.exists() and "avx2" in listing.read_text(encoding="utf-8").split()
