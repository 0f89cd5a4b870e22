"""Hold what a user wrote against what may be written, and say all that is wrong with it, each in one line."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from rlbench.core.catalog import Setting, Settings, flat

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something wrong at one place of a nested value."""

    path: Path
    message: str


def check(known: Settings, given: Any, path: Path = ()) -> list[Problem]:
    """Every unknown name and every value that does not fit its range, in `given` and below."""
    if not isinstance(given, dict):
        return [Problem(path, f"{given!r} is {kind(given)}; a mapping with {_names(known)} is wanted")]
    problems = []
    for name, value in given.items():
        here = (*path, name)
        wanted = known.get(name)
        if wanted is None:
            problems.append(Problem(here, unknown("key", name, known, [n for n, _ in flat(known)])))
        elif isinstance(wanted, Setting):
            problems.extend(fits(wanted.range, value, here))
        else:
            problems.extend(check(wanted, value, here))
    return problems


def fits(wanted: Any, value: Any, path: Path) -> list[Problem]:
    """Whether a value is in a range of `rlbench.core.ranges`: no problem, or one."""
    try:
        TypeAdapter(wanted, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as error:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        wrong_type = "type" in error.errors()[0]["type"] or not numeric
        return [Problem(path, f"{value!r} is {kind(value) if wrong_type else 'out of range'}; {_described(wanted)}")]
    return []


def _described(wanted: Any) -> str:
    sentence, *example = get_args(wanted)[-1].split(", as ")
    return f"{sentence} is wanted" + "".join(f", as {words}" for words in example)


def conform(known: Settings, given: dict[str, Any]) -> dict[str, Any]:
    """Checked values with whole numbers made real where a real number is wanted: 0 and 0.0 are one setting."""
    return {k: _conform(known[k], v) for k, v in given.items()}


def _conform(wanted: Setting | Settings, value: Any) -> Any:
    if not isinstance(wanted, Setting):
        return conform(wanted, value)
    return float(value) if get_args(wanted.range)[0] is float else value


def unknown(what: str, name: object, known: Iterable[str], deeper: Iterable[str] = ()) -> str:
    """One sentence on a name that does not exist, with the nearest ones that do."""
    known = list(known)
    by_last: dict[str, str] = {}
    for dotted in deeper:
        by_last.setdefault(dotted.rsplit(".", 1)[-1], dotted)
    close = difflib.get_close_matches(str(name), [*known, *by_last], n=1, cutoff=0.6)
    hint = f"did you mean {by_last.get(close[0], close[0])!r}?" if close else f"known here: {_names(known)}"
    return f"no {what} {str(name)!r}; {hint}"


def kind(value: Any) -> str:
    """What sort of YAML value this is, in a word."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int():
            return "an integer"
        case float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return f"a {type(value).__name__}"


def _names(known: Iterable[str]) -> str:
    return ", ".join(known)
