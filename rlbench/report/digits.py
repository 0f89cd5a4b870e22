"""Numbers as a reader wants them: as many digits as tell something, and a dash for what does not exist."""

import math
from numbers import Real

import pandas as pd

NOTHING = "\N{EN DASH}"
LARGE = 1e9
SMALL = 1e-4
"""From the one on, and below the other, a number is written with a power of ten."""
DECIMALS = ((1000, 0), (100, 1), (10, 2), (0.1, 3), (0.01, 4), (SMALL, 5), (0, 3))
"""Decimals for numbers of at least a size: three digits that tell something, and no row of zeros."""


def shown(value: object, missing: str = NOTHING, never: str = "not finite") -> str:
    """One cell of a table as text; NaN (and None) becomes `missing`, infinity `never`."""
    if value is None or value is pd.NA:
        return missing
    if not isinstance(value, Real):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return missing if math.isnan(number) else never
    return f"{int(number):,}" if number.is_integer() and abs(number) < LARGE else fixed(number, abs(number))


def interval(estimate: float, low: float, high: float) -> str:
    """`estimate [low, high]`, all with the same number of decimals; a dash for bounds that do not exist."""
    if not math.isfinite(estimate):
        return NOTHING
    scale = max(abs(number) for number in (estimate, low, high) if math.isfinite(number))
    bounds = f"{fixed(low, scale)}, {fixed(high, scale)}" if math.isfinite(low + high) else NOTHING
    return f"{fixed(estimate, scale)} [{bounds}]"


def fixed(value: float, scale: float) -> str:
    """`value` with the decimals that suit numbers of about `scale`."""
    if scale >= LARGE:
        return f"{value:.2e}"
    if 0 < scale < SMALL:
        return f"{value:.2e}"
    decimals = next(places for limit, places in DECIMALS if scale >= limit)
    text = f"{value:,.{decimals}f}"
    # A rounded "-0.00" would show a sign that says nothing.
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text
