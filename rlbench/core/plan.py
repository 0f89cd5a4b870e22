"""From a configuration to the runs that it asks for: which exist, which are missing, which cannot be.

Snakemake's rules and the command line both read this, so that what is announced is what runs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from rlbench.core import catalog
from rlbench.core.artefact import Artefact, artefacts_of
from rlbench.core.cell import DEFAULT, Cell, Gap, Job, block_name, seeds_in
from rlbench.core.clashes import clashes
from rlbench.core.config import Config, ConfigError
from rlbench.core.ending import FOLDER as ENDINGS
from rlbench.core.ending import Ending
from rlbench.core.fingerprint import digest, folder_digest
from rlbench.core.measurement import Measurement
from rlbench.core.probe import Probe, probes
from rlbench.core.resolved import cell_of, changed_cell, task_settings_of
from rlbench.core.source import PACKAGE
from rlbench.core.studies.reward_models import RewardPoint
from rlbench.core.studies.sweep import Point, trained_once
from rlbench.core.supplies import missing

REPORT = PACKAGE / "report"
STATS = PACKAGE / "stats"
PUBLISHED = PACKAGE / "published"


@dataclass(frozen=True)
class Plan:
    """Everything that a configuration comes to, given the runs that are there already."""

    config: Config
    cells: tuple[Cell, ...]
    """Those of the matrix of methods and tasks, and not those of studies."""
    gaps: tuple[Gap, ...]
    jobs: tuple[Job, ...]
    """Of the matrix first, then of studies."""
    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """Of each study that trains with other values of a setting."""
    no_points: tuple[Gap, ...] = ()
    """Published cells that the study of step sizes leaves out."""
    measurements: tuple[Measurement, ...] = ()
    """Of the study of gradient estimators."""
    reward_points: tuple[RewardPoint, ...] = ()
    """Of the study of reward models."""
    endings: tuple[Ending, ...] = ()
    """Of the study of final policies."""

    @property
    def missing(self) -> list[Job]:
        return [job for job in self.jobs if not job.done]

    @property
    def beside(self) -> dict[str, list[Cell]]:
        """The cells that each study of settings adds to the matrix and to the studies before it."""
        seen, found = {id(cell) for cell in self.cells}, {}
        for name, points in self.points.items():
            new = {id(point.cell): point.cell for point in points if id(point.cell) not in seen}
            seen |= new.keys()
            found[name] = list(new.values())
        return found

    @property
    def artefacts(self) -> list[Artefact]:
        """What cells begin from and what studies ask for, each once, after those that it is made from."""
        made = (*self.cells, *self.reward_points)
        return list({one.path: one for each in made for one in each.artefacts}.values())

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """The exact computations that claims are decided by, the same for every configuration."""
        return probes()

    def job(self, path: str | Path) -> Job:
        """The job that writes this file, named from the results folder. Raises KeyError."""
        return {job.path: job for job in self.jobs}[Path(path)]

    def inputs(self, task: str, method: str, fingerprint: str, block: str) -> list[Path]:
        """What the job that writes this run begins from, below the results folder. Raises KeyError."""
        cell = self.job(Path("runs", task, method, fingerprint, f"{block}.parquet")).cell
        return [one.record for one in cell.artefacts]

    def ingredients(self, folder: str, task: str, fingerprint: str) -> list[Path]:
        """What the artefact of this record is made from, by their records below the results folder. Raises KeyError."""
        record = Path(folder, task, f"{fingerprint}.record.json")
        return [one.record for one in {made.record: made for made in self.artefacts}[record].ingredients]

    def begun_from(self, task: str, fingerprint: str) -> list[Path]:
        """What gradients of a task are measured at, by its records below the results folder. Raises KeyError."""
        found = {(one.task, one.fingerprint): one for one in self.measurements}[task, fingerprint]
        return [one.record for one in found.artefacts]

    def ended(self, task: str, fingerprint: str, block: str) -> list[Path]:
        """The runs whose last policies are measured here and what they began from, below the results folder. Raises
        KeyError."""
        path = Path(ENDINGS, task, fingerprint, f"{block}.parquet")
        found = {one.path: one for one in self.endings}[path]
        return [found.run, *(one.record for one in found.cell.artefacts)]

    def keeps(self, job: Job) -> bool:
        """Whether the last policies of these runs are yet to be measured."""
        return any(one.run == job.path and not (self.config.results / one.record).exists() for one in self.endings)

    @property
    def command(self) -> str:
        """What to type to make all this again."""
        return "make results" if self.config.path.name == "config.yaml" else f"make results CONFIG={self.config.path}"

    @cached_property
    def analysis(self) -> dict[str, Any]:
        """What tables and figures are made from: cells, files, gaps, anchors, and a digest of it with their code."""
        cards = {name: catalog.tasks()[name] for name in self.config.tasks}
        content = {
            "version": 1,
            "config": str(self.config.path),
            "command": self.command,
            "tasks": {name: self._task_summary(card) for name, card in cards.items()},
            "methods": {
                card.name: {
                    "title": card.title,
                    "family": card.family,
                    "paper": card.paper,
                    "reference": card.reference,
                }
                for card in (catalog.methods()[name] for name in self.config.methods)
            },
            "cells": [self._cell_summary(cell) for cell in self.cells],
            "points": {
                name: [self._point_summary(name, point) for point in points] for name, points in self.points.items()
            },
            "no_points": [vars(gap) for gap in self.no_points],
            "reward_points": [point.summary for point in self.reward_points],
            "gaps": [vars(gap) for gap in self.gaps],
            "gradients": {one.task: one.path.as_posix() for one in self.measurements},
            "endings": sorted(one.path.as_posix() for one in self.endings),
            "probes": {probe.name: probe.path.as_posix() for probe in self.probes},
        }
        return content | {"digest": digest([content, *map(folder_digest, (REPORT, STATS, PUBLISHED))])}

    def _task_summary(self, card: catalog.TaskCard) -> dict[str, Any]:
        return {
            "anchors": card.constants["anchors"],
            "unit": card.unit,
            "side": card.side,
            "preferences": "preferences" in card.gives,
            "budget": self.config.budget_on(card.name),
            "evaluations": self.config.evaluations_on(card.name),
            "episodes": self.config.evaluation_episodes_on(card.name),
        }

    def _cell_summary(self, cell: Cell) -> dict[str, Any]:
        return {
            "task": cell.task,
            "method": cell.method,
            "variant": cell.variant,
            "fingerprint": cell.fingerprint,
            **self._recorded(cell, set(self.config.seeds_on(cell.task))),
        }

    def _point_summary(self, study: str, point: Point) -> dict[str, Any]:
        """A cell under the name of its value, with the seeds of the study alone."""
        asked = set(self.config.studies.sweeps[study].seeds)
        own = {"of": point.variant, "setting": point.setting, "value": point.value, "published": point.published}
        start = "" if point.variant == DEFAULT else f"{point.variant}, "
        named = {"variant": f"{start}{point.setting} {point.value:g}"} | self._recorded(point.cell, asked)
        return self._cell_summary(point.cell) | named | own

    def _recorded(self, cell: Cell, asked: set[int]) -> dict[str, Any]:
        """These seeds of a cell and the files that they lie in."""
        jobs = [job for job in self.jobs if job.cell is cell and asked & set(job.seeds)]
        return {
            "seeds": sorted(seed for job in jobs for seed in job.seeds if seed in asked),
            "files": sorted(job.path.as_posix() for job in jobs),
        }

    @property
    def analysis_path(self) -> Path:
        """Where that summary lies, below the results folder, under its own digest."""
        return Path("analysis", f"{self.analysis['digest']}.json")


def make(config: Config) -> Plan:
    """The plan of a configuration, looking at the files that its results folder holds.

    Raises ConfigError for settings that are each in range but do not fit together, and for folders that are not there.
    What a hub would have to supply and cannot leaves a task's cells empty.
    """
    cells, gaps = [], []
    for task in config.tasks:
        unsupplied = _unsupplied(config, task)
        for method in config.methods:
            impossible = catalog.unsupported(catalog.methods()[method], catalog.tasks()[task])
            reason = impossible or config.left_out.get(method, {}).get(task) or unsupplied
            for variant, changes in {DEFAULT: {}, **config.variants.get(method, {})}.items():
                if reason:
                    gaps.append(Gap(task, method, variant, reason))
                else:
                    cells.append(cell_of(config, task, method, variant, changes))
    points, beside = _points(config, cells)
    steps = config.studies.step_sizes
    no_points = tuple(steps.gaps(cells)) if steps else ()
    rewards = _reward_points(config)
    if wrong := [
        f"{config.path}: {cell.label} on {cell.task}: {clash}"
        for cell in (*cells, *beside)
        for clash in clashes(cell.settings, cell.task_settings)
    ] + [
        f"{config.path}: studies.reward_models: {point.task}: {clash}" for point in rewards for clash in point.clashes()
    ]:
        raise ConfigError(wrong)
    jobs = [job for cell in cells for job in _jobs(config, cell, config.seeds_on(cell.task))]
    last = config.studies.final_policies
    endings = tuple(last.endings(jobs)) if last else ()
    jobs += [job for cell in beside for job in _jobs(config, cell, _seeds_beside(config, points, cell))]
    gradients = config.studies.gradient_estimators
    measurements = tuple(gradients.measurements(cells)) if gradients else ()
    return Plan(config, tuple(cells), tuple(gaps), tuple(jobs), points, no_points, measurements, rewards, endings)


def _points(config: Config, cells: list[Cell]) -> tuple[dict[str, tuple[Point, ...]], list[Cell]]:
    """The points of each study of settings, and the cells of theirs that the matrix does not have, each once."""
    known: dict[str, Cell] = {}
    for cell in cells:
        known.setdefault(cell.fingerprint, cell)
    own, changed = len(known), partial(changed_cell, config)
    sweeps = config.studies.sweeps.items()
    points = {name: trained_once(asked.points(cells, changed), known) for name, asked in sweeps}
    return points, list(known.values())[own:]


def _seeds_beside(config: Config, points: Mapping[str, tuple[Point, ...]], cell: Cell) -> tuple[int, ...]:
    """The seeds of a cell that the matrix does not have: those of every study that asks for it."""
    asking = [name for name, those in points.items() if any(point.cell is cell for point in those)]
    return tuple(dict.fromkeys(seed for name in asking for seed in config.studies.sweeps[name].seeds))


def _reward_points(config: Config) -> tuple[RewardPoint, ...]:
    asked = config.studies.reward_models
    return tuple(asked.points(partial(task_settings_of, config))) if asked else ()


def _unsupplied(config: Config, task: str) -> str | None:
    """Why what a task begins from cannot be made, unless it is there already; None where it can."""
    settings = task_settings_of(config, task)
    reasons = list(missing(settings))
    if local := [f"{config.path}: {task}: {reason}" for was_local, reason in reasons if was_local]:
        raise ConfigError(local)
    artefacts = artefacts_of(catalog.tasks()[task], settings) if reasons else ()
    if all((config.results / one.record).exists() for one in artefacts):
        return None
    return "; ".join(reason for _, reason in reasons)


def _jobs(config: Config, cell: Cell, asked: tuple[int, ...]) -> Iterator[Job]:
    """Files that are there and hold seeds that are asked for, then jobs for the seeds that are left."""
    wanted = set(asked)
    for path in sorted((config.results / cell.folder).glob("seeds_*.parquet")):
        seeds = tuple(seed for seed in seeds_in(path.stem) if seed in wanted)
        if seeds and path.with_suffix(".record.json").exists():
            wanted -= set(seeds)
            yield Job(cell, seeds, cell.folder / path.name, done=True)
    left = [seed for seed in asked if seed in wanted]
    for start in range(0, len(left), config.seeds_per_job):
        seeds = tuple(left[start : start + config.seeds_per_job])
        yield Job(cell, seeds, cell.folder / f"{block_name(seeds)}.parquet", done=False)
