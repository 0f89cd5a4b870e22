"""What did it cost to get there, where some runs never did? Times that are cut off at the end of training.

A run that never reached the line is not dropped and gets no made-up time: its cost is known to be more than all that
it spent. Since every run is watched to its own end, the area under Kaplan and Meier's curve, the restricted mean
survival time, is the plain mean of the cost until the line or the end, whichever came first
(Royston and Parmar 2013, "Restricted mean survival time", doi:10.1186/1471-2288-13-152).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def restricted(reached: ArrayLike, spent: ArrayLike) -> NDArray[np.float64]:
    """Cost until the line or the end, [runs], from the cost at which it was `reached` (NaN: never) and all `spent`."""
    whole = np.asarray(spent, dtype=float)
    return np.fmin(np.asarray(reached, dtype=float), whole)
