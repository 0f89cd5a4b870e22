"""Change one function of the package for as long as a test lasts."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import pytest


@dataclass(frozen=True)
class Edit:
    """Pieces of a function's source and what stands in their place."""

    function: Callable[..., Any]
    changes: dict[str, str]

    def make(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Give the function the code of its altered source: whoever has imported it, calls that.

        Each piece must be there once, so that a defect cannot quietly stop being one when the package changes.
        """
        function = inspect.unwrap(self.function)
        assert isinstance(function, FunctionType)
        source = textwrap.dedent(inspect.getsource(function))
        for right, wrong in self.changes.items():
            assert source.count(right) == 1, f"{function.__qualname__}: {right!r} does not stand there just once"
            source = source.replace(right, wrong)
        monkeypatch.setattr(function, "__code__", _code(source, function))


def _code(source: str, function: FunctionType) -> CodeType:
    tree = ast.parse(source)
    [definition] = tree.body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    module = compile(tree, f"<altered {function.__qualname__}>", "exec")
    [code] = [c for c in module.co_consts if isinstance(c, CodeType) and c.co_name == function.__name__]
    return code
