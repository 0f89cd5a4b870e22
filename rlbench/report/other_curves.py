"""The study of other settings as curves."""

from rlbench.report.setting_curves import Curve, curves
from rlbench.report.study import Study
from rlbench.report.values import Series

NAME = "other_settings"


def by_setting(study: Study) -> list[list[Curve]]:
    """All of its curves, those of one method, variant and setting together, in the order of the plan."""
    found: dict[tuple[Series, str], list[Curve]] = {}
    for one in curves(study, NAME):
        found.setdefault((one.series, one.setting), []).append(one)
    return list(found.values())


def other_curves(study: Study, series: Series, setting: str) -> list[Curve]:
    """One of each task on which this setting of a method and variant was varied."""
    return [one for own in by_setting(study) for one in own if (one.series, one.setting) == (series, setting)]
