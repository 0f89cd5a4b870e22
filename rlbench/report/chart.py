"""A chart as the page embeds it: panels that the browser draws, and the data that they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Panel:
    """One picture: a Vega-Lite specification whose data sets are named and not inside.

    `task` is the task that it is about, and of each frame of the chart it is given the lines of that task; empty where
    it is about all of them. `description` says in words what a reader who cannot see it misses.
    """

    title: str
    task: str
    description: str
    spec: dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """What a module of charts makes.

    A frame of `data` has a column `task`, or a column `run` that names a line of the page's list of runs (which says
    task, method, seed and more of it). `files` are those of the results folder that hold the numbers. `choices` are
    values of the parameter `choice` of the specifications, and what readers call them; the first one holds at first.
    """

    panels: tuple[Panel, ...]
    data: Mapping[str, pd.DataFrame]
    files: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)
