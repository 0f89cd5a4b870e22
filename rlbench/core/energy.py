"""Joules that the hardware itself has counted; never a guess from a data sheet."""

from pathlib import Path

RAPL = Path("/sys/class/powercap")


def joules() -> float | None:
    """A counter that only differences of mean something: CPU packages and GPUs together, None where neither tells.

    Other processes on the same machine count too.
    """
    known = [value for value in (_cpu_joules(), _gpu_joules()) if value is not None]
    return sum(known) if known else None


def _cpu_joules() -> float | None:
    """Running Average Power Limit counters of Linux, one for each processor package."""
    try:
        counters = [int((p / "energy_uj").read_text()) for p in RAPL.glob("intel-rapl:[0-9]")]
    except OSError:
        return None
    return sum(counters) / 1e6 if counters else None


def _gpu_joules() -> float | None:
    """NVIDIA's counters, where the optional package nvidia-ml-py and a driver are present."""
    try:
        import pynvml  # pyright: ignore[reportMissingImports] - an extra
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        return sum(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle) for handle in handles) / 1e3
    except pynvml.NVMLError:
        return None
