"""What the page's programs read: methods, tasks, runs and the data of all charts, as JSON that is embedded once.

Numbers are rounded to single precision, words stand once in a list and are then numbered.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rlbench.report.chart import Chart
from rlbench.report.plan import Plan
from rlbench.report.run_list import COLUMNS, run_list
from rlbench.report.study import Study
from rlbench.report.vega import colours, dashes, key, labels, symbols


def embedded(study: Study, charts: Mapping[str, Chart], results: str) -> str:
    """JSON that can stand inside a script element; `results` is the results folder as commands name it."""
    content = {
        "methods": methods(study.plan),
        "tasks": list(study.plan.tasks),
        "runs": encoded(run_list(study)[COLUMNS]),
        "again": f"python -m rlbench train --config {study.plan.config} {results}/",
        "charts": {name: _chart(chart) for name, chart in charts.items()},
    }
    # A word of the data must not end the element that it stands in.
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def methods(plan: Plan) -> list[dict[str, Any]]:
    """Every method: its key in links, its label in data, its family, and how it looks."""
    looks = zip(plan.series(), labels(plan), colours(plan), dashes(plan), symbols(plan), strict=True)
    return [
        {"key": key(*series), "label": label, "family": plan.family(series[0])}
        | {"colour": colour, "dash": dash, "symbol": symbol}
        for series, label, colour, dash, symbol in looks
    ]


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "panels": [{"task": one.task, "description": one.description, "spec": one.spec} for one in chart.panels],
        "data": {name: encoded(frame) for name, frame in chart.data.items()},
    }


def encoded(frame: pd.DataFrame) -> dict[str, Any]:
    """Every column as a list of numbers (null where there is none), or as `words` and `codes`, their places in it."""
    return {str(name): _column(frame[name]) for name in frame.columns}


def _column(values: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.tolist()
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [_number(value) for value in values.to_numpy(dtype=np.float64)]
    codes, words = pd.factorize(values)
    return {"words": [str(word) for word in words], "codes": codes.tolist()}


def _number(value: np.float64) -> float | int | None:
    if not np.isfinite(value):
        return None
    return int(value) if value.is_integer() else float(str(np.float32(value)))
