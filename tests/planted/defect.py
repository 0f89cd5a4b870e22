"""A defect that was seen somewhere, how it is planted here, and the test of the suite that must then fail."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.planted.mutation import Edit


@dataclass(frozen=True)
class Check:
    """A test of the suite with values for its parameters."""

    test: Callable[..., None]
    given: dict[str, Any]

    @property
    def name(self) -> str:
        values = f"[{'-'.join(map(str, self.given.values()))}]" if self.given else ""
        return f"{self.test.__module__.replace('.', '/')}.py::{self.test.__name__}{values}"

    def run(self, request: pytest.FixtureRequest) -> None:
        """As pytest would."""
        with pytest.MonkeyPatch.context() as patch:
            self.test(**self._arguments(self.test, request, patch))

    def fails(self, request: pytest.FixtureRequest) -> bool:
        """Whether an assertion does not hold. Anything else that goes wrong is an error of its own."""
        try:
            self.run(request)
        except (AssertionError, pytest.fail.Exception):
            return True
        except BaseExceptionGroup as group:  # hypothesis, where it found several ways to fail
            if group.split(AssertionError)[1] is not None:
                raise
            return True
        return False

    def _arguments(
        self, function: Callable[..., Any], request: pytest.FixtureRequest, patch: pytest.MonkeyPatch
    ) -> dict[str, Any]:
        """Everything is made anew: nothing that a sound run has left behind may stand in for a broken one."""
        found = {}
        for name in inspect.signature(function).parameters:
            if name in self.given:
                found[name] = self.given[name]
            elif name == "monkeypatch":
                found[name] = patch
            elif name == "tmp_path":
                found[name] = request.getfixturevalue("tmp_path_factory").mktemp("check")
            elif name == "tmp_path_factory":
                found[name] = request.getfixturevalue(name)
            else:
                fixture = self._fixture(name)
                found[name] = fixture(**self._arguments(fixture, request, patch))
        return found

    def _fixture(self, name: str) -> Callable[..., Any]:
        """The function of a fixture in the test's module, or in the conftest beside it."""
        package = self.test.__module__.rpartition(".")[0]
        for module in (self.test.__module__, f"{package}.conftest"):
            if hasattr(importlib.import_module(module), name):
                return inspect.unwrap(getattr(importlib.import_module(module), name))
        raise LookupError(f"{self.test.__module__} has no fixture {name}")


@dataclass(frozen=True)
class Defect:
    """One line of the package that is not what it should be."""

    name: str
    seen: str
    """Whose program had it, or what it comes from."""
    edits: list[Edit]
    check: Check


def by(test: Callable[..., None], **given: Any) -> Check:
    """The test that must fail."""
    return Check(test, given)


def planted(defects: list[Defect]) -> Any:
    """Parametrise a test over a table of defects."""
    return pytest.mark.parametrize("defect", defects, ids=[defect.name for defect in defects])


def assert_caught(defect: Defect, request: pytest.FixtureRequest) -> None:
    """The check passes on the package as it is, and fails on the one with the defect in it."""
    request.node.user_properties += [("planted", defect.name), ("check", defect.check.name)]
    defect.check.run(request)
    with pytest.MonkeyPatch.context() as patch:
        for one in defect.edits:
            one.make(patch)
        assert defect.check.fails(request), "nobody noticed"
