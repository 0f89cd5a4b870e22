"""How far did a run fall below its best, beyond what the noise of its evaluations makes of a run that never fell?

The largest drawdown of a noisy curve is above 0 even if the policy only got better, and the fewer the episodes the
larger: without a correction methods are compared by their evaluations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

CURVES = 1_000
"""Curves drawn without a fall."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drawdown:
    """The largest drawdown of one curve, in its values' unit."""

    observed: float
    expected: float
    """What evaluation noise alone makes of a curve that never falls."""

    @property
    def excess(self) -> float:
        """Observed minus expected: near 0 where the curve did not fall, and below 0 as often as not."""
        return self.observed - self.expected


def drawdowns(values: ArrayLike) -> Floats:
    """How far below the best so far: [..., evaluations] to the same, never negative, 0 at a new best."""
    curve = np.asarray(values, dtype=float)
    return np.maximum.accumulate(curve, axis=-1) - curve


def excess_drawdown(
    values: ArrayLike,
    errors: ArrayLike,
    generator: np.random.Generator,
    count: int = CURVES,
    floor: float = -np.inf,
) -> Drawdown:
    """The largest drawdown of one curve, observed and expected from noise; `values` and `errors` are [evaluations].

    Expected is the mean over `count` curves, each the closest curve that never falls (isotonic least squares) plus
    normal noise with the standard error of every evaluation. That curve follows some of the noise: of a flat one
    about a twentieth of the noise's drawdown remains in the excess, of one that rises throughout somewhat more than
    all is taken off. What has no error (NaN), as a failed run's floor, counts as exact. What is below `floor`, in the
    curve as in those that are drawn, counts as it: where nothing is left, nothing more can be lost.
    """
    curve = np.asarray(values, dtype=float)
    if len(curve) == 0:
        return Drawdown(float("nan"), float("nan"))
    spread = np.nan_to_num(np.asarray(errors, dtype=float))
    rising = optimize.isotonic_regression(curve).x
    noisy = np.maximum(rising + spread * generator.standard_normal((count, len(curve))), floor)
    return Drawdown(float(drawdowns(np.maximum(curve, floor)).max()), float(drawdowns(noisy).max(-1).mean()))
