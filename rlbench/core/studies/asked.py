"""Which studies a configuration asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rlbench.core.studies import final_policies, gradient_estimators, reward_models, step_sizes
from rlbench.core.studies.final_policies import FinalPolicies
from rlbench.core.studies.gradient_estimators import GradientEstimators
from rlbench.core.studies.reward_models import RewardModels
from rlbench.core.studies.step_sizes import StepSizes
from rlbench.core.validation import Path, Problem, kind, unknown

KNOWN = {
    "step_sizes": step_sizes,
    "gradient_estimators": gradient_estimators,
    "reward_models": reward_models,
    "final_policies": final_policies,
}


@dataclass(frozen=True)
class Studies:
    """Each study that is asked for, None where it is not."""

    step_sizes: StepSizes | None = None
    gradient_estimators: GradientEstimators | None = None
    reward_models: RewardModels | None = None
    final_policies: FinalPolicies | None = None


def read(given: Mapping[str, Any]) -> Studies:
    """The studies of a configuration without problems."""
    return Studies(**{name: KNOWN[name].read(section) for name, section in given.items()})


def problems(given: Any, seeds: Mapping[str, tuple[int, ...]], path: Path) -> list[Problem]:
    """All that is wrong with `studies`. `seeds` are those of every task of the configuration."""
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping by study is wanted")]
    found = [Problem((*path, name), unknown("study", name, KNOWN)) for name in given if name not in KNOWN]
    for name in KNOWN.keys() & given.keys():
        found += KNOWN[name].problems(given[name], seeds, (*path, name))
    return found
