"""The plan: which cells a set of results consists of, which stay empty and why, and what makes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rlbench.core import catalog
from rlbench.core.anchors import Anchors
from rlbench.core.families import FAMILIES
from rlbench.core.schema import Split

PLAN_VERSION = 1
DEFAULT_VARIANT = "default"
NOT_PLANNED = "not in the plan"


@dataclass(frozen=True)
class PlannedTask:
    """What the analysis has to know of a task. `side` is that of the benchmark, `preferences` whether these are told in
    place of rewards, `budget` counts `unit`, and `episodes` are those of one evaluation."""

    anchors: Anchors
    unit: str
    side: str
    preferences: bool
    budget: int
    evaluations: int
    episodes: int

    @property
    def trial(self) -> str:
        """What a return is the reward of, for readers: an episode, or an answer where tokens are counted."""
        return "answer" if self.side == "language" else "episode"

    @property
    def judged(self) -> Split:
        """The evaluations that runs are judged by: sampled answers are what language models are trained and used for,
        the most likely action is what a policy of control has learned, its exploration left out."""
        return Split.STOCHASTIC if self.trial == "answer" else Split.DETERMINISTIC


@dataclass(frozen=True)
class PlannedMethod:
    """A method's name for readers, its kin, its paper, and where to find that (an arXiv number, a journal)."""

    title: str
    family: str
    paper: str
    reference: str


@dataclass(frozen=True)
class Cell:
    """One method on one task: the seeds that count, and the run files they lie in, relative to the results folder."""

    task: str
    method: str
    variant: str
    fingerprint: str
    seeds: tuple[int, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """A cell of a study of settings, under the name of its value. `of`: the variant that it is a change of;
    `published`: that variant has this value itself."""

    cell: Cell
    of: str
    setting: str
    value: float
    published: bool


@dataclass(frozen=True)
class RewardPoint:
    """A reward model of the study of these: what it was fitted to, and where its files lie in the results folder.
    `published`: runs begin from it."""

    task: str
    prompts: int
    comparisons: int
    flipped: float
    published: bool
    compared: str
    compared_record: str
    reward_record: str


@dataclass(frozen=True)
class Gap:
    """A cell that stays empty, with the reason."""

    task: str
    method: str
    variant: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """Everything that the analysis is asked to do. `digest` names the plan with all its fingerprints."""

    digest: str
    config: str
    command: str
    tasks: Mapping[str, PlannedTask]
    methods: Mapping[str, PlannedMethod]
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]
    probes: Mapping[str, str] = field(default_factory=dict)
    """The file of each probe, relative to the results folder."""
    gradients: Mapping[str, str] = field(default_factory=dict)
    """The file of what was measured of gradients on each task of that study, relative to the results folder."""
    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """Those of each study of settings, curve by curve, each from its smallest value to its largest."""
    no_points: tuple[Gap, ...] = ()
    """Cells that the study of step sizes leaves out."""
    reward_points: tuple[RewardPoint, ...] = ()
    """Those of the study of reward models, by task, noise and size."""
    endings: tuple[str, ...] = ()
    """The files of what was measured of last policies, relative to the results folder."""

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """Read a plan file. Raises ValueError for a version or a word that is not known here."""
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        if data.get("version") != PLAN_VERSION:
            raise ValueError(f"{path}: plan version {data.get('version')}, but this rlbench reads {PLAN_VERSION}")
        try:
            cells = tuple(_cell(cell) for cell in data["cells"])
            gaps = tuple(Gap(**gap) for gap in data["gaps"])
            return cls(
                digest=data["digest"],
                config=data["config"],
                command=data["command"],
                tasks=_in_the_order_of(cells + gaps, {name: _task(task) for name, task in data["tasks"].items()}),
                methods=_by_family({name: PlannedMethod(**method) for name, method in data["methods"].items()}),
                cells=cells,
                gaps=gaps,
                probes=dict(data["probes"]),
                gradients=dict(data["gradients"]),
                points={name: tuple(map(_point, points)) for name, points in data["points"].items()},
                no_points=tuple(Gap(**gap) for gap in data["no_points"]),
                reward_points=tuple(RewardPoint(**point) for point in data["reward_points"]),
                endings=tuple(data["endings"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: not a plan: {error}") from error

    def of_points(self, study: str) -> "Plan":
        """The plan that has every point of a study of settings for a cell."""
        return self._of_study(study, tuple(point.cell for point in self.points[study]), ())

    def of_step_sizes(self) -> "Plan":
        """The plan that has every curve of the study of step sizes for a cell, and gaps where there is none."""
        published = {(point.cell.task, point.cell.method) for point in self.points["step_sizes"]}
        cells = tuple(one for one in self.cells if (one.task, one.method) in published and _is_default(one))
        return self._of_study("step_sizes", cells, (*filter(_is_default, self.gaps), *self.no_points))

    def _of_study(self, study: str, cells: tuple[Cell, ...], gaps: tuple[Gap, ...]) -> "Plan":
        asked = {point.cell.task for point in self.points[study]}
        tasks = {name: task for name, task in self.tasks.items() if name in asked}
        own = tuple(gap for gap in gaps if gap.task in tasks)
        beside = {"probes": {}, "gradients": {}, "points": {}, "no_points": (), "reward_points": (), "endings": ()}
        return replace(self, tasks=tasks, cells=cells, gaps=own, **beside)

    @property
    def anchors(self) -> dict[str, Anchors]:
        """The fixed points of every task's returns."""
        return {name: task.anchors for name, task in self.tasks.items()}

    @property
    def judged(self) -> dict[str, Split]:
        """The evaluations that every task's runs are judged by."""
        return {name: task.judged for name, task in self.tasks.items()}

    @property
    def units(self) -> str:
        """What budgets are counted in, for readers: `env steps`, or `env steps or tokens`."""
        return " or ".join(dict.fromkeys(task.unit.replace("_", " ") for task in self.tasks.values()))

    @property
    def floor(self) -> str:
        """What a score of 0 is, for readers."""
        answers = any(task.trial == "answer" for task in self.tasks.values())
        return f"the random policy{' (on language tasks, answers that need no skill)' if answers else ''}"

    def label(self, method: str, variant: str) -> str:
        """A method's name in tables and pictures: its title, and the variant unless it is the default one."""
        title = self.methods[method].title if method in self.methods else method
        return title if variant == DEFAULT_VARIANT else f"{title} ({variant})"

    def series(self) -> list[tuple[str, str]]:
        """Every (method, variant) of the plan, in the plan's order of methods, default variant first."""
        found = {(place.method, place.variant) for place in (*self.cells, *self.gaps)}
        order = list(self.methods)
        return sorted(
            found,
            key=lambda s: (order.index(s[0]) if s[0] in order else len(order), s[0], s[1] != DEFAULT_VARIANT, s[1]),
        )

    def family(self, method: str) -> str:
        """The family that a method belongs to."""
        return self.methods[method].family

    def families(self) -> dict[str, list[tuple[str, str]]]:
        """Every family of the plan with its (method, variant)s, both in reading order."""
        found: dict[str, list[tuple[str, str]]] = {}
        for method, variant in self.series():
            found.setdefault(self.family(method), []).append((method, variant))
        return found

    def reason(self, task: str, method: str, variant: str) -> str:
        """Why a cell is empty, in the plan's words."""
        key = (task, method, variant)
        reasons = {(gap.task, gap.method, gap.variant): gap.reason for gap in self.gaps}
        return reasons.get(key, NOT_PLANNED)

    def cell(self, task: str, method: str, variant: str) -> Cell | None:
        """The cell of this name, None where there is a gap."""
        key = (task, method, variant)
        return next((cell for cell in self.cells if (cell.task, cell.method, cell.variant) == key), None)


def _is_default(place: Cell | Gap) -> bool:
    return place.variant == DEFAULT_VARIANT


def _in_the_order_of(places: Sequence[Cell | Gap], tasks: Mapping[str, PlannedTask]) -> dict[str, PlannedTask]:
    """Tasks as the configuration lists them: the file's mapping is alphabetical, its list of cells is not."""
    order = list(dict.fromkeys(place.task for place in places))
    return dict(sorted(tasks.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _by_family(methods: Mapping[str, PlannedMethod]) -> dict[str, PlannedMethod]:
    """Kin stand together, and within a family as the catalog has them: older before newer."""
    known = list(catalog.methods())

    def place(name: str) -> tuple[int, int, str]:
        return FAMILIES.index(methods[name].family), known.index(name) if name in known else len(known), name

    return {name: methods[name] for name in sorted(methods, key=place)}


def _task(data: Mapping[str, Any]) -> PlannedTask:
    return PlannedTask(**{**data, "anchors": Anchors(**data["anchors"])})


def _cell(data: Mapping[str, Any]) -> Cell:
    return Cell(**{**data, "seeds": tuple(data["seeds"]), "files": tuple(data["files"])})


def _point(data: Mapping[str, Any]) -> Point:
    own = {name: data[name] for name in ("of", "setting", "value", "published")}
    return Point(cell=_cell({name: value for name, value in data.items() if name not in own}), **own)
