"""What methods and tasks there are and what can be set in them, read from their files without running these.

A file in `methods/` or `tasks/` is listed by existing. What the catalog reads must therefore stand there as
literals: the arguments of `@method(...)`, the defaults of fields, the arguments of the task's constructor.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rlbench.core import places, ranges
from rlbench.core.families import FAMILIES
from rlbench.core.needs import NEEDS
from rlbench.core.source import PACKAGE, imported_names, tree


@dataclass(frozen=True)
class Setting:
    """A number or text that can be set: its value if nothing else is said, and the word in `ranges` or `places` for
    what it may be."""

    default: Any
    range: Any


Settings = dict[str, "Setting | Settings"]

ROLLOUT = PACKAGE / "core" / "rollout.py"
RANGES = vars(places) | vars(ranges)


@dataclass(frozen=True)
class MethodCard:
    """A method as its file describes it."""

    name: str
    path: Path
    title: str
    family: str
    paper: str
    year: int
    reference: str
    needs: frozenset[str]
    takes: str
    """The kind of rollout, in the words of `rlbench.core.rollout`."""
    settings: Settings


@dataclass(frozen=True)
class TaskCard:
    """A task as its file describes it. `constants` is all that its constructor is given, as nested literals."""

    name: str
    path: Path
    gives: frozenset[str]
    unit: str
    side: str
    """Of the benchmark: control or language."""
    begins_from: tuple[str, ...]
    """The kinds of artefacts in `rlbench.core.artefact` that are made before training."""
    whole_answers: bool
    """Whether there is nothing but whole episodes: they cannot be left and gone on with."""
    constants: dict[str, Any]
    settings: Settings

    @property
    def budget_key(self) -> str:
        """What a configuration calls the budget: it says the unit."""
        return f"budget_{self.unit}"


@cache
def methods() -> dict[str, MethodCard]:
    """Every method by name: by family, then by year, then by name."""
    cards = sorted(
        map(_method, _files("methods")), key=lambda card: (FAMILIES.index(card.family), card.year, card.name)
    )
    return {card.name: card for card in cards}


@cache
def tasks() -> dict[str, TaskCard]:
    """Every task by name, in alphabetical order of their files."""
    return {card.name: card for card in map(_task, _files("tasks"))}


def sides() -> list[str]:
    """The sides of the benchmark that tasks are on."""
    return sorted({card.side for card in tasks().values()})


def settings_on(method: MethodCard, task: TaskCard) -> Settings:
    """What can be set in a method on a task: of the two kinds of new experience there may be only one."""
    if method.takes == "Fresh" and task.whole_answers:
        return method.settings | {"rollout": _class_settings(*_class_definition("Episodes", ROLLOUT), {})}
    return method.settings


def unsupported(method: MethodCard, task: TaskCard) -> str | None:
    """Why this method cannot run on this task, in the words that the results print; None where it can."""
    missing = sorted(method.needs - task.gives)
    return f"needs {' and '.join(NEEDS[need] for need in missing)}" if missing else None


def defaults(settings: Settings) -> dict[str, Any]:
    """The nested values of nested settings."""
    return {k: v.default if isinstance(v, Setting) else defaults(v) for k, v in settings.items()}


def flat(settings: Settings, prefix: str = "") -> Iterator[tuple[str, Setting]]:
    """Each setting with its dotted name, as `update.lr`."""
    for name, value in settings.items():
        if isinstance(value, Setting):
            yield prefix + name, value
        else:
            yield from flat(value, f"{prefix}{name}.")


def _files(folder: str) -> list[Path]:
    return sorted(p for p in (PACKAGE / folder).glob("[a-z]*.py"))


def _method(path: Path) -> MethodCard:
    [cls] = [n for n in tree(path).body if isinstance(n, ast.ClassDef) and _decoration(n, "method")]
    mark = _literal_arguments(_decoration(cls, "method"))
    authors, year, reference = mark["paper"]
    return MethodCard(
        name=path.stem,
        path=path,
        title=mark["title"],
        family=mark["family"],
        paper=f"{authors} {year}",
        year=year,
        reference=reference,
        needs=frozenset(mark.get("needs", ())),
        takes=_annotation(cls, "rollout"),
        settings=_class_settings(cls, path, {}),
    )


def _task(path: Path) -> TaskCard:
    [call] = [
        n.value
        for n in tree(path).body
        if isinstance(n, ast.Assign) and _name(n.targets[0]) == "task" and isinstance(n.value, ast.Call)
    ]
    driver, origin = _class_definition(_name(call.func), path)
    fixed = _class_constants(driver, origin)
    given = _literal_arguments(call)
    constants = given.get("control", {}) | given  # a task that is made of another one has that one's constants too
    return TaskCard(
        name=constants["name"] if "name" in constants else constants["env_id"],
        path=path,
        gives=frozenset(fixed["gives"]) | frozenset(constants.get("offers", ())),
        unit=fixed["unit"],
        side=fixed["side"],
        begins_from=fixed.get("begins_from", ()),
        whole_answers=fixed.get("whole_answers", False),
        constants=constants,
        settings=_class_settings(driver, origin, {k.arg: (k.value, path) for k in call.keywords}),
    )


def _decoration(cls: ast.ClassDef, name: str) -> ast.Call | None:
    calls = [d for d in cls.decorator_list if isinstance(d, ast.Call) and _name(d.func) == name]
    return calls[0] if calls else None


def _annotation(cls: ast.ClassDef, field: str) -> str:
    [word] = [_name(n.annotation) for n in cls.body if isinstance(n, ast.AnnAssign) and _name(n.target) == field]
    return word


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _literal(node: ast.expr) -> Any:
    """A literal, or for a constructor the tuple of its positional arguments or the mapping of its named ones."""
    if not isinstance(node, ast.Call):
        return ast.literal_eval(node)
    return tuple(map(_literal, node.args)) if node.args else _literal_arguments(node)


def _literal_arguments(call: ast.Call | None) -> dict[str, Any]:
    return {k.arg: _literal(k.value) for k in call.keywords if k.arg} if call else {}


def _class_definition(name: str, path: Path) -> tuple[ast.ClassDef, Path]:
    origin, original = imported_names(path).get(name, (path, name))
    [cls] = [n for n in tree(origin).body if isinstance(n, ast.ClassDef) and n.name == original]
    return cls, origin


def _parents(cls: ast.ClassDef, path: Path) -> list[tuple[ast.ClassDef, Path]]:
    """The classes of this package that a class extends."""
    names = [_name(base) for base in cls.bases]
    return [_class_definition(name, path) for name in names if name in imported_names(path)]


def _class_constants(cls: ast.ClassDef, path: Path) -> dict[str, Any]:
    inherited = [_class_constants(*parent) for parent in _parents(cls, path)]
    return {name: value for one in inherited for name, value in one.items()} | {
        n.target.id: ast.literal_eval(n.value)
        for n in cls.body
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and "ClassVar" in ast.dump(n.annotation)
        if n.value is not None
    }


def _class_settings(cls: ast.ClassDef, path: Path, given: dict[str | None, tuple[ast.expr, Path]]) -> Settings:
    """The settable fields of a dataclass: numbers with a range, and other dataclasses' fields below their name."""
    found: Settings = {}
    for parent in _parents(cls, path):
        found |= _class_settings(*parent, given)
    for node in cls.body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        name, word = node.target.id, _name(node.annotation)
        value, where = given.get(name, (node.value, path))
        if word in RANGES:
            found[name] = Setting(ast.literal_eval(value) if value else None, RANGES[word])
        elif isinstance(value, ast.Call) and word and not value.args:
            inner, origin = _class_definition(_name(value.func), where)
            found[name] = _class_settings(inner, origin, {k.arg: (k.value, where) for k in value.keywords})
    return {k: v for k, v in found.items() if v != {}}
