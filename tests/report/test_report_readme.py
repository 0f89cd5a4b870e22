"""The results folder's README: links that lead somewhere, every table, and nothing that no second run repeats."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rlbench.report import publish
from rlbench.report.front import BEGIN, END, show_in_front
from rlbench.report.readme import readme
from rlbench.report.tables import headline
from tests.report.synthetic import RECORD


@pytest.fixture(scope="module")
def text(published):
    return (published.results / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_to_a_file(published, text):
    publish.figures(published.results, published.plan)
    targets = set(re.findall(r"\]\(([^)]+)\)", text)) - {"manifest.json", "../CITATION.cff"}
    assert len(targets) > 3 * len(publish.all_tables(published.study))
    assert [target for target in targets if not (published.results / target).is_file()] == []


def test_it_says_what_every_table_answers_and_what_the_comparisons_found(published, text):
    plain = text.replace("\\", "")
    for table in publish.all_tables(published.study):
        assert f"| `{table.identifier}` | {table.question}" in plain
        assert table.summary in plain
        assert table.undecided in plain
    assert "| 10 | 1.320 | 0.910 |" in text
    assert "plan `0123456789abcdef`" in text


def test_seconds_and_machines_are_not_in_it(builder):
    """The same runs with other records give the same text."""
    made = []
    for record in ({}, {"cpu_s": 9e9, "hardware": RECORD["hardware"] | {"cpu": "Other"}}):
        builder.cells.clear()
        builder.cell("CartPole-v1", "a2c", range(3), record=record)
        publish.page(builder.results, builder.plan())
        made.append((builder.results / "README.md").read_text(encoding="utf-8"))
    assert made[0] == made[1]


def test_it_is_a_text_file_and_stands_without_pictures(published, text):
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "figures/" not in readme(published.study, publish.all_tables(published.study), [])


def test_the_readme_beside_the_results_shows_the_headline_between_its_marks(tmp_path, published):
    table = headline.table(published.study)
    readme = tmp_path / "README.md"
    readme.write_text(f"# A\n\n{BEGIN}\nold | lines\n{END}\n\nafter\n")
    show_in_front(readme, table)
    text = readme.read_text()
    assert text.startswith(f"# A\n\n{BEGIN}\n\n| method")
    assert text.endswith(f"\n\n{END}\n\nafter\n")
    assert "old" not in text
    assert "| PPO-clip" in text
    show_in_front(readme, table)
    assert readme.read_text() == text
    for other in ("# no marks\n", f"# half of them\n{BEGIN}\n"):
        readme.write_text(other)
        show_in_front(readme, table)
        assert readme.read_text() == other
    show_in_front(tmp_path / "none.md", table)
    assert not (tmp_path / "none.md").exists()


def test_the_readme_of_this_repository_shows_what_was_published():
    published = Path("results/tables/headline.md").read_text(encoding="utf-8")
    shown = Path("README.md").read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    assert shown.startswith("| method")
    assert shown in published


def test_runs_of_studies_are_counted_beside_those_of_the_matrix_each_once(published):
    own = published.study
    one, *others = own.runs.blocks
    further = replace(one, file="elsewhere.parquet", seeds=(0, 1, 2))
    points = {"step_sizes": (further, one), "other_settings": (further, *others)}
    study = replace(
        own, points={name: replace(own, runs=replace(own.runs, blocks=blocks)) for name, blocks in points.items()}
    )
    assert (own.runs_beside, study.runs_beside) == (0, 3)
    tables, runs = publish.all_tables(own), f"{len(own.runs.outcomes)} training runs"
    assert f"{runs}. This" in readme(own, tables, [])
    assert f"{runs}, and 3 more of studies beside them. This" in readme(study, tables, [])
