"""The study of other settings as curves."""

from rlbench.report.setting_curves import Curve, curves
from rlbench.report.study import Study
from rlbench.report.values import Series

NAME = "other_settings"


def other_curves(study: Study, series: Series, setting: str) -> list[Curve]:
    """One of each task on which this setting of a method and variant was varied."""
    return [one for one in curves(study, NAME) if (one.series, one.setting) == (series, setting)]
