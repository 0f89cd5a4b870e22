"""Read rlbench's own source without running it: where names come from and which files a file leads to.

Planning must be light (Snakemake reads its rules again in every cluster job), so nothing here imports torch
or any method: everything is found in the syntax trees.
"""

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_path(dotted: str) -> Path | None:
    """The file of `rlbench.x.y`, or None if there is no such module."""
    inside = PACKAGE.joinpath(*dotted.split(".")[1:])
    for candidate in (inside.with_suffix(".py"), inside / "__init__.py"):
        if dotted.split(".")[0] == PACKAGE.name and candidate.is_file():
            return candidate
    return None


@cache
def imported_names(path: Path) -> dict[str, tuple[Path, str]]:
    """For each name that a file imports from rlbench: the file it is defined in, and its name there."""
    found = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                local = alias.asname or alias.name
                if submodule := module_path(f"{node.module}.{alias.name}"):
                    found[local] = (submodule, "")
                elif origin := module_path(node.module):
                    found[local] = (origin, alias.name)
    return found


@cache
def direct_imports(path: Path) -> frozenset[Path]:
    """The files of rlbench that a file imports, wherever in it the import stands."""
    paths = {origin for origin, _ in imported_names(path).values()}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            paths |= {origin for alias in node.names if (origin := module_path(alias.name))}
    return frozenset(paths)


def closure(*roots: Path) -> frozenset[Path]:
    """The roots and every file of rlbench that they import, directly or through others.

    A package's `__init__` counts only where it is imported by its own name: ours hold no code that computes.
    """
    seen: set[Path] = set()
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(direct_imports(path))
    return frozenset(seen)


def definitions(path: Path) -> dict[str, str]:
    """Each top-level definition of a file as a normalised text: no comments, no docstrings, no layout."""
    found: dict[str, str] = {}
    for node in tree(path).body:
        if not _is_docstring(node):
            found[_name(node)] = found.get(_name(node), "") + _text(node)
    return found


def _name(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return "module level"


def _text(part: object) -> str:
    """As `ast.dump`, without docstrings and the same in every version of Python: newer ones know more fields."""
    match part:
        case ast.AST():
            fields = (f"{name}={_text(value)}" for name, value in ast.iter_fields(part) if value not in (None, []))
            return f"{type(part).__name__}({', '.join(fields)})"
        case list():
            return f"[{', '.join(_text(one) for one in part if not _is_docstring(one))}]"
        case _:
            return repr(part)


def _is_docstring(part: object) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
