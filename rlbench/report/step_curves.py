"""The study of step sizes as curves over the length of a step."""

import numpy as np

from rlbench.report.setting_curves import Curve, curves
from rlbench.report.study import Study

NAME = "step_sizes"
LENGTH = {"lr": 1.0, "max_kl": 0.5}
"""The power of a setting that the length of a step goes with; KL is quadratic in it."""


def step_curves(study: Study) -> list[Curve]:
    """Every curve of the study, in the order of the plan; none where there is no such study."""
    return curves(study, NAME)


def places(curve: Curve) -> np.ndarray:
    """Decades of the length of a step."""
    return np.log10(curve.values) * LENGTH.get(curve.setting, 1.0)


def lengths(curve: Curve) -> np.ndarray:
    """Lengths of the steps in parts of the published one."""
    decades = places(curve)
    return 10 ** (decades - decades[curve.values.index(curve.published)])
