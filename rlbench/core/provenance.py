"""Where, when and with what a result was made: everything that a number needs beside it to be believed."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from rlbench import __version__
from rlbench.core.source import PACKAGE

PACKAGES = ("torch", "numpy", "gymnasium", "scipy", "pandas", "pyarrow", "snakemake", "mujoco", "transformers")


def provenance() -> dict[str, Any]:
    """Version, commit, package versions and hardware of this process."""
    return {
        "version": __version__,
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no", "--", "rlbench")),
        "versions": {"python": platform.python_version(), **_versions()},
        "hardware": {
            "cpu": _cpu_name(),
            "instructions": _instructions(),
            "cores": psutil.cpu_count(logical=False) or os.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 2**30),
            "gpu": _gpu_name(),
            "system": platform.platform(terse=True),
        },
        "threads": int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)),
    }


def now() -> str:
    """The present time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git(*arguments: str) -> str | None:
    """What git says of the checkout that this package lies in; None outside of one."""
    try:
        asked = subprocess.run(["git", *arguments], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return asked.stdout.strip()


def _versions() -> dict[str, str]:
    installed = {d.name: d.version for d in metadata.distributions()}
    return {name: installed[name] for name in PACKAGES if name in installed}


def _cpu_name() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _instructions() -> str:
    """The widest instructions that torch's kernels use in this process: AVX2, AVX512, DEFAULT, ..."""
    import torch

    return torch.backends.cpu.get_cpu_capability()


def _gpu_name() -> str | None:
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None
