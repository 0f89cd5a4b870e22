"""Synthetic results, made once for all tests of tables, figures and the page."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from rlbench.report import publish
from rlbench.report.study import Study
from tests.report.synthetic import Builder, fill, fill_all
from tests.report.synthetic_answers import fill_answers


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "results")


@dataclass(frozen=True)
class Published:
    """A results folder with tables and page written into it, and what it was made from."""

    results: Path
    plan: Path
    study: Study


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Made once; tests only read it."""
    builder = Builder(tmp_path_factory.mktemp("published") / "results")
    plan = fill(builder)
    publish.tables(builder.results, plan)
    publish.page(builder.results, plan)
    return Published(builder.results, plan, Study.read(builder.results, plan))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Every method and two variants on nine tasks."""
    builder = Builder(tmp_path_factory.mktemp("everything") / "results")
    plan = fill_all(builder, updates=4)
    return Study.read(builder.results, plan)


@pytest.fixture(scope="session")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Five methods on one task of control and on four whose answers are judged."""
    builder = Builder(tmp_path_factory.mktemp("answering") / "results")
    plan = fill_answers(builder)
    return Study.read(builder.results, plan)
