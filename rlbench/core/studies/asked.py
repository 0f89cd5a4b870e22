"""Which studies a configuration asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rlbench.core.studies import final_policies, gradient_estimators, other_settings, reward_models, step_sizes
from rlbench.core.studies.final_policies import FinalPolicies
from rlbench.core.studies.gradient_estimators import GradientEstimators
from rlbench.core.studies.other_settings import OtherSettings
from rlbench.core.studies.reward_models import RewardModels
from rlbench.core.studies.step_sizes import StepSizes
from rlbench.core.studies.sweep import Sweep
from rlbench.core.validation import Path, Problem, kind, unknown

KNOWN = {
    "step_sizes": step_sizes,
    "other_settings": other_settings,
    "gradient_estimators": gradient_estimators,
    "reward_models": reward_models,
    "final_policies": final_policies,
}


@dataclass(frozen=True)
class Studies:
    """Each study that is asked for, None where it is not."""

    step_sizes: StepSizes | None = None
    other_settings: OtherSettings | None = None
    gradient_estimators: GradientEstimators | None = None
    reward_models: RewardModels | None = None
    final_policies: FinalPolicies | None = None

    @property
    def sweeps(self) -> dict[str, Sweep]:
        """Those that train published cells again with other values of a setting, by name."""
        both = {"step_sizes": self.step_sizes, "other_settings": self.other_settings}
        return {name: one for name, one in both.items() if one}


def read(given: Mapping[str, Any]) -> Studies:
    """The studies of a configuration without problems."""
    return Studies(**{name: KNOWN[name].read(section) for name, section in given.items()})


def problems(
    given: Any, seeds: Mapping[str, tuple[int, ...]], published: Mapping[str, Collection[str]], path: Path
) -> list[Problem]:
    """All that is wrong with `studies`. `seeds` are those of every task of the configuration, `published` the variants
    of each of its methods."""
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping by study is wanted")]
    found = [Problem((*path, name), unknown("study", name, KNOWN)) for name in given if name not in KNOWN]
    for name in KNOWN.keys() & given.keys():
        found += KNOWN[name].problems(given[name], seeds, (*path, name))
    return found + other_settings.without_cells(given.get("other_settings"), published, (*path, "other_settings"))
