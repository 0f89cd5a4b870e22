"""The methods that need a critic, with the settings that decide how far they trust it."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from rlbench.core import catalog
from rlbench.core.registry import load_method
from tests.oracle.tabular import Episodic

CRITICS = sorted(name for name, card in catalog.methods().items() if "critic" in card.needs)


def estimators(name: str) -> list[Any]:
    """A method without entropy bonus: once for each of several λ or n, if it has one."""
    bare = without_bonus(name)
    for setting, values in (("lam", (0.0, 0.5, 0.95, 1.0)), ("n", (1, 2, 3, 10))):
        if setting in {f.name for f in fields(bare)}:
            return [replace(bare, **{setting: value}) for value in values]
    return [bare]


def without_bonus(name: str, **settings: float) -> Any:
    """A method with other settings, and no entropy in its objective."""
    method = load_method(name)
    return replace(method, **settings, **{"entropy": 0.0} if hasattr(method, "entropy") else {})


def wrong_critic(world: Episodic, size: float = 1.0) -> np.ndarray:
    """Off by normal numbers of this size wherever it is asked: [T + 1, X]."""
    error = size * np.random.default_rng(0).standard_normal(world.value.shape)
    return world.value + np.append(error[:-1], np.zeros_like(error[:1]), 0)
