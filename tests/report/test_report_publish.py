"""The three entry points: the same bytes twice, and no plan that they cannot take."""

import struct
import subprocess
import sys

import pandas as pd
import pytest

from rlbench.core.schema import Split
from rlbench.report import publish

AGAIN = """
import sys
from rlbench.core import arithmetic
arithmetic.settle()
from rlbench.report import publish
for make in (publish.page, publish.figures, publish.tables):
    make(sys.argv[1], sys.argv[2])
assert not {"torch", "gymnasium"} & set(sys.modules), "the report must not need them"
"""


def files_below(folder):
    made = [path for name in ("tables", "figures") for path in sorted((folder / name).iterdir())]
    made += [folder / name for name in ("scores.parquet", "report.html", "README.md")]
    return {path.name: path.read_bytes() for path in made}


def publish_all(results, plan):
    """All but publish.figures, which only adds kinds of files: the page draws every picture."""
    publish.tables(results, plan)
    publish.page(results, plan)


def test_another_process_makes_the_same_bytes_without_torch(published, tmp_path):
    publish.figures(published.results, published.plan)
    before = files_below(published.results)
    assert before["learning_curves.svg"].startswith(b"<?xml")
    assert before["learning_curves.pdf"].startswith(b"%PDF")
    assert struct.unpack(">II", before["learning_curves.png"][16:24]) > (1000, 300)
    copy = tmp_path / "results"
    copy.mkdir()
    for folder in ("runs", "calibration", "probes"):
        (copy / folder).symlink_to(published.results / folder)
    command = [sys.executable, "-W", "error", "-c", AGAIN, str(copy), str(published.plan)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"})
    after = files_below(copy)
    assert after.keys() == before.keys()
    assert [name for name in before if before[name] != after[name]] == []


def test_scores_and_csv_are_full_numbers(published):
    scores = pd.read_parquet(published.results / "scores.parquet")
    pd.testing.assert_frame_equal(scores, published.study.scores)
    for table in publish.all_tables(published.study):
        back = pd.read_csv(published.results / "tables" / f"{table.identifier}.csv", comment="#")
        assert list(back.columns) == list(table.frame.columns)
        numeric = table.frame.select_dtypes("number").astype(float)
        pd.testing.assert_frame_equal(back[numeric.columns].astype(float), numeric, check_exact=True)


def test_one_seed_has_numbers_but_no_interval(builder):
    builder.cell("CartPole-v1", "a2c", range(1))
    builder.cell("CartPole-v1", "trpo", range(1))
    plan = builder.plan()
    publish_all(builder.results, plan)
    text = (builder.results / "tables" / "final_performance.md").read_text(encoding="utf-8")
    assert "[\N{EN DASH}]" in text
    assert "a single run has no spread" in text


@pytest.mark.parametrize("kept", [Split.DETERMINISTIC, Split.STOCHASTIC])
def test_a_missing_metric_is_a_dash(builder, kept):
    builder.cell("CartPole-v1", "a2c", range(3), splits=(kept,), failures={1: ("diverged", "NaN", 50_000)})
    plan = builder.plan()
    publish_all(builder.results, plan)
    table = pd.read_csv(builder.results / "tables" / "final_performance.csv", comment="#").set_index("evaluation")
    assert table["mean"].notna().to_dict() == {
        "deterministic": kept == Split.DETERMINISTIC,
        "stochastic": kept == Split.STOCHASTIC,
    }
    assert table["failed"].tolist() == [1, 1]


def test_equal_scores_are_marked_as_no_certainty(builder):
    failures = dict.fromkeys(range(3), ("environment_failed", "no display", 0))
    builder.cell("CartPole-v1", "a2c", range(3), failures=failures)
    publish.tables(builder.results, builder.plan())
    text = (builder.results / "tables" / "final_performance.md").read_text(encoding="utf-8")
    assert "22.00 [22.00, 22.00]" in text
    assert "A width of 0 is not certainty" in text


def test_a_plan_of_gaps_only_is_published(builder):
    builder.results.mkdir()
    builder.gap("CartPole-v1", "a2c", "needs preferences")
    plan = builder.plan()
    publish_all(builder.results, plan)
    assert "needs preferences" in (builder.results / "report.html").read_text(encoding="utf-8")


def test_what_is_no_longer_published_is_removed(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    plan = builder.plan()
    for name in ("tables/of_old.csv", "figures/of_old.svg"):
        (builder.results / name).parent.mkdir(exist_ok=True)
        (builder.results / name).write_text("of old", encoding="utf-8")
    publish.tables(builder.results, plan)
    publish.figures(builder.results, plan)
    assert not list(builder.results.rglob("of_old.*"))
