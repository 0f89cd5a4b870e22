"""What the probe of how far estimates look ahead found, by how wrong the critic is."""

import pandas as pd

HALF_WRONG = 0.5
"""Error of a critic, in sizes of the value."""
KINDS = {"noisy": "off by noise", "ignorant": "that knows half"}
"""Critics of the probe, in words."""


def falls(by_setting: pd.DataFrame) -> pd.Series:
    """Share of steps from one setting to the next at which a number falls, for each line."""
    return (by_setting.diff(axis=1).iloc[:, 1:] < 0).mean(axis=1)


def rises(by_setting: pd.DataFrame) -> pd.Series:
    """The same of those at which it rises."""
    return falls(-by_setting)
