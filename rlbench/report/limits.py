"""What bound a method itself sets on the KL of one update, found in its settings by name."""

from collections.abc import Iterator, Mapping
from typing import Any

LIMITS = ("max_kl", "target_kl")
"""A step that may not go further, and a coefficient that is adapted until it does not."""


def kl_limit(settings: Mapping[str, Any]) -> float:
    """The bound in nats per decision; NaN where a method has none."""
    return next((float(value) for name, value in _named(settings) if name in LIMITS), float("nan"))


def _named(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every setting under its last name, at whatever depth."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _named(value)
        else:
            yield name, value
