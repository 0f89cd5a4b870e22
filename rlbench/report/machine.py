"""Name the machine of a record in one line."""

from collections.abc import Mapping
from typing import Any


def machine(record: Mapping[str, Any]) -> str:
    """Processor, cores, memory and the accelerator if the run used one."""
    hardware = record["hardware"]
    memory = f"{hardware['memory_gb']:.0f} GB" if hardware.get("memory_gb") else "memory unknown"
    words = [hardware["cpu"], f"{hardware['cores']} cores", memory, hardware.get("gpu")]
    return ", ".join(word for word in words if word)
