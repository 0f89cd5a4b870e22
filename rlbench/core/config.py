"""Read a configuration file, and report everything that is wrong with it at once, by file and line."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rlbench.core import catalog, ranges
from rlbench.core.catalog import MethodCard, Setting, Settings, TaskCard
from rlbench.core.left_out import by_method, left_out
from rlbench.core.located_yaml import LocatedYaml, Unreadable
from rlbench.core.seeds import read_seeds
from rlbench.core.studies import asked
from rlbench.core.studies.asked import Studies
from rlbench.core.validation import Problem, check, kind, unknown

ALL = "all"
"""In `settings`, the entry that holds for every task, as that of a side holds for that side's; as `methods`, every file
in rlbench/methods."""

TOP_LEVEL: Settings = {
    "results": Setting("results", ranges.Folder),
    "engine": Setting("compiled", ranges.EngineName),
    "device": Setting("auto", ranges.DeviceName),
    "seeds_per_job": Setting(10, ranges.Count),
    "evaluations": Setting(20, ranges.Count),
    "evaluation_episodes": Setting(32, ranges.Pair),
}
STRUCTURED = ("seeds", "tasks", "methods", "settings", "variants", "left_out", "studies")
REQUIRED = ("seeds", "tasks", "methods")
SEEDS = "seeds"
OWN = ("evaluations", "evaluation_episodes", "engine")
"""What a task may have of its own, as it may have seeds."""


class ConfigError(Exception):
    """A configuration that cannot be used. Its text has one line for each problem, and a last one that counts them."""

    def __init__(self, lines: list[str]):
        count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}, nothing was run"
        super().__init__("\n".join(f"  {line}" for line in [*lines, count]))


@dataclass(frozen=True)
class Config:
    """A checked configuration: every name exists, every value is in range."""

    path: Path
    results: Path
    engine: str
    device: str
    seeds: tuple[int, ...]
    seeds_per_job: int
    evaluations: int
    evaluation_episodes: int
    tasks: dict[str, dict[str, Any]]
    methods: tuple[str, ...]
    settings: dict[str, dict[str, Any]]
    variants: dict[str, dict[str, Any]]
    left_out: dict[str, dict[str, str]]
    studies: Studies = Studies()

    def seeds_on(self, task: str) -> tuple[int, ...]:
        """The task's own seeds if it has any, else those of all tasks."""
        return self.tasks[task].get(SEEDS, self.seeds)

    def settings_of(self, task: str) -> dict[str, Any]:
        """What is set in the task itself."""
        fixed = (catalog.tasks()[task].budget_key, SEEDS, *OWN)
        return {k: v for k, v in self.tasks[task].items() if k not in fixed}

    def budget_on(self, task: str) -> int:
        """What each seed may use, in the task's unit."""
        return self.tasks[task][catalog.tasks()[task].budget_key]

    def engine_on(self, task: str) -> str:
        """What runs its updates: where there are few, compiling takes longer than it saves."""
        return self.tasks[task].get("engine", self.engine)

    def evaluations_on(self, task: str) -> int:
        """How often a run on this task is evaluated after its beginning."""
        return self.tasks[task].get("evaluations", self.evaluations)

    def evaluation_episodes_on(self, task: str) -> int:
        """How many episodes such an evaluation plays."""
        return self.tasks[task].get("evaluation_episodes", self.evaluation_episodes)


def load(path: Path) -> Config:
    """The configuration in a YAML file, known by its path from here however it was given. Raises ConfigError."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    try:
        source = LocatedYaml(path)
    except Unreadable as error:
        raise ConfigError([str(error)]) from None
    given = source.value
    if isinstance(given, dict):
        problems = source.problems + _problems(given)
    else:
        problems = [Problem((), f"the file holds {kind(given)}; a mapping is wanted")]
    if problems:
        located = sorted((source.line(p.path), f"{_dotted(p.path)}{p.message}") for p in problems)
        raise ConfigError([f"{path}:{line}: {message}" for line, message in located])
    plain: dict[str, Any] = catalog.defaults(TOP_LEVEL) | {k: v for k, v in given.items() if k in TOP_LEVEL}
    plain["results"] = Path(plain["results"])
    return Config(
        **plain,
        path=path,
        seeds=read_seeds(given["seeds"], (SEEDS,), []),
        tasks={name: _task(value) for name, value in given["tasks"].items()},
        methods=tuple(catalog.methods()) if given["methods"] == ALL else tuple(given["methods"]),
        settings=given.get("settings") or {},
        variants=given.get("variants") or {},
        left_out=given.get("left_out") or {},
        studies=asked.read(given.get("studies") or {}),
    )


def _task(given: dict[str, Any]) -> dict[str, Any]:
    return given | {SEEDS: read_seeds(given[SEEDS], (), [])} if SEEDS in given else given


def _dotted(path: tuple) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    return f"{text}: " if text else ""


def _problems(given: dict[str, Any]) -> list[Problem]:
    known = [*TOP_LEVEL, *STRUCTURED]
    problems = check(TOP_LEVEL, {k: v for k, v in given.items() if k in TOP_LEVEL})
    problems += [Problem((k,), unknown("key", k, known)) for k in given if k not in known]
    for name in REQUIRED:
        if not given.get(name):
            problems.append(Problem((name,), "is missing or empty"))
    read_seeds(given.get(SEEDS) or [], (SEEDS,), problems)
    problems += _tasks(given.get("tasks") or {})
    problems += _methods(given.get("methods") or [])
    problems += _settings(given.get("settings") or {})
    problems += _variants(given.get("variants") or {})
    problems += left_out(given.get("left_out") or {}, ("left_out",))
    problems += asked.problems(
        given.get("studies") or {}, _seeds_of_tasks(given), _variants_of_methods(given), ("studies",)
    )
    return problems


def _seeds_of_tasks(given: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """The seeds of every task, as far as they can be read."""
    tasks = given.get("tasks")
    own = {
        name: value.get(SEEDS) if isinstance(value, dict) else None
        for name, value in (tasks if isinstance(tasks, dict) else {}).items()
    }
    return {name: read_seeds(seeds or given.get(SEEDS), (), []) for name, seeds in own.items()}


def _variants_of_methods(given: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The variants of every method, as far as they can be read."""
    methods, variants = given.get("methods"), given.get("variants")
    named = catalog.methods() if methods == ALL else map(str, methods) if isinstance(methods, list) else ()
    own = {name: variants.get(name) if isinstance(variants, dict) else None for name in named}
    return {name: tuple(map(str, some)) if isinstance(some, dict) else () for name, some in own.items()}


def _tasks(given: Any) -> list[Problem]:
    if not isinstance(given, dict):
        return [Problem(("tasks",), f"{given!r} is {kind(given)}; a mapping from task to its budget is wanted")]
    problems = []
    for name, value in given.items():
        path = ("tasks", name)
        if name not in catalog.tasks():
            problems.append(Problem(path, unknown("task", name, catalog.tasks())))
            continue
        card = catalog.tasks()[name]
        known: Settings = {card.budget_key: Setting(None, ranges.Budget)} | {key: TOP_LEVEL[key] for key in OWN}
        known |= card.settings
        if not isinstance(value, dict):
            problems += check(known, value, path)
            continue
        problems += check(known, {k: v for k, v in value.items() if k != SEEDS}, path)
        if card.budget_key not in value:
            problems.append(Problem(path, f"{card.budget_key} is missing"))
        if SEEDS in value and not read_seeds(value[SEEDS], (*path, SEEDS), problems):
            problems.append(Problem((*path, SEEDS), "is empty"))
    return problems


def _methods(given: Any) -> list[Problem]:
    if given == ALL:
        return []
    if not isinstance(given, list):
        return [Problem(("methods",), f"{given!r} is {kind(given)}; a list of methods, or all, is wanted")]
    problems = [
        Problem(("methods", i), unknown("method", name, catalog.methods()))
        for i, name in enumerate(given)
        if str(name) not in catalog.methods()
    ]
    seen = [repr(name) for name, count in Counter(map(str, given)).items() if count > 1]
    return problems + ([Problem(("methods",), f"{', '.join(seen)} appears twice")] if seen else [])


def _settings(given: Any) -> list[Problem]:
    """`settings.METHOD.TASK` (or a side, or `all`) holds values for that method's fields."""
    problems, known = [], [ALL, *catalog.sides(), *catalog.tasks()]
    for path, name, by_task in by_method(given, ("settings",), problems):
        for where, values in by_task.items():
            if where in known:
                problems += _fitting(name, _tasks_of(where), values, (*path, where))
            else:
                problems.append(Problem((*path, where), unknown("task or side", where, known)))
    return problems


def _tasks_of(where: str) -> list[TaskCard]:
    """The tasks that an entry holds for."""
    return [card for card in catalog.tasks().values() if where in (ALL, card.side, card.name)]


def _fitting(method: str, tasks: list[TaskCard], values: Any, path: tuple) -> list[Problem]:
    """What is wrong with a method's settings on at least one of these tasks, each problem once."""
    card, found = catalog.methods()[method], []
    for task in tasks:
        problems = check(catalog.settings_on(card, task), values, path)
        found += [
            _with_side(problem, card, task, ".".join(map(str, problem.path[len(path) :]))) for problem in problems
        ]
    return list(dict.fromkeys(found))


def _with_side(problem: Problem, card: MethodCard, task: TaskCard, name: str) -> Problem:
    """The same problem, or on which side there is such a setting if not on that of this task."""
    there = {one.side for one in catalog.tasks().values() if _can_be_set(card, one, name)}
    if not there or _can_be_set(card, task, name):
        return problem
    why = ", which take whole answers" if task.whole_answers else ""
    last, entry = problem.path[-1], " or ".join(map(repr, sorted(there)))
    message = f"no key {last!r} on {task.side} tasks{why}; it may stand in settings, in the entry {entry}"
    return replace(problem, message=message)


def _can_be_set(card: MethodCard, task: TaskCard, name: str) -> bool:
    return name in dict(catalog.flat(catalog.settings_on(card, task)))


def _variants(given: Any) -> list[Problem]:
    """`variants.METHOD.NAME` holds what a named variant sets differently from the method, on every task."""
    problems: list[Problem] = []
    for path, name, by_variant in by_method(given, ("variants",), problems):
        for variant, values in by_variant.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", str(variant)) or variant == "default":
                problems.append(Problem((*path, variant), "a variant's name is lower-case words joined by _"))
            problems += _fitting(name, _tasks_of(ALL), values, (*path, variant))
    return problems
