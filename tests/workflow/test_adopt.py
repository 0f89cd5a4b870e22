"""Results survive a change of code that changes none of them, and no other."""

import json

import pyarrow.parquet as pq
import pytest

from tests.workflow.conftest import Checkout

pytestmark = pytest.mark.xdist_group("adopt")
GAE = "rlbench/algo/gae.py"
HARMLESS = ("reversed(range(len(error)))", "range(len(error) - 1, -1, -1)")
HARMFUL = ("gamma * lam *", "gamma * lam * 0.999 *")
CELLS = 4
"""A2C and PPO-clip on two tasks use what is changed."""


def runs(clone: Checkout) -> dict[str, bytes]:
    """Every run file with its content."""
    folder = clone.path / "results"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("runs/*/*/*/seeds_*.parquet")}


def change_a_number(clone: Checkout) -> None:
    """In the tenth digit, in the rows of both seeds of one cell."""
    [path] = (clone.path / "results").glob("runs/CartPole-v1/a2c/*/seeds_0-1.parquet")
    table = pq.read_table(path)
    values = [value + 1e-9 if row % 7 == 0 else value for row, value in enumerate(table["value"].to_pylist())]
    column = table.schema.get_field_index("value")
    pq.write_table(table.set_column(column, table.schema.field(column), [values]), path)


def test_what_comes_out_the_same_is_kept_with_the_evidence_and_a_changed_number_is_found(clone: Checkout):
    change_a_number(clone)
    before = runs(clone)
    clone.edit(GAE, *HARMLESS)
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 1, done.stdout
    assert f"{CELLS - 1} adopted, 1 refused" in done.stdout
    assert "a2c on CartPole-v1" in next(line for line in done.stdout.splitlines() if "not the same" in line)
    assert clone.jobs()["train"] == 1
    adopted = {name: content for name, content in runs(clone).items() if name not in before}
    assert len(adopted) == CELLS - 1
    for name in adopted:
        record = json.loads((clone.path / "results" / name).with_suffix(".record.json").read_text(encoding="utf-8"))
        [evidence] = record["adopted"]
        assert evidence["changed"] == [f"{GAE} (gae)"]
        assert len(evidence["seeds_trained_again"]) == 1
        assert any(f"/{evidence['from']}/" in path for path in before)

    # What is adopted is what training would have written, to the byte.
    name, content = adopted.popitem()
    (clone.path / "results" / name).unlink()
    assert clone.run("rlbench", "train", f"results/{name}").returncode == 0
    assert runs(clone)[name] == content


def test_what_comes_out_otherwise_is_refused_by_name(clone: Checkout):
    before = runs(clone)
    clone.edit(GAE, *HARMFUL)
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 1
    assert f"0 adopted, {CELLS} refused" in done.stdout
    assert "ppo_clip on Pendulum-v1: seed" in done.stdout
    assert "not the same: seed" in done.stdout
    assert runs(clone) == before
    assert clone.jobs()["train"] == CELLS


def test_what_was_told_something_else_is_not_even_asked(clone: Checkout):
    clone.edit("config.yaml", "streams: 4, steps: 64", "streams: 4, steps: 128")
    done = clone.run("rlbench", "adopt", "--cores", "1")
    assert done.returncode == 0
    assert "2 cells are missing, 0 of them have earlier runs" in done.stdout
    assert clone.jobs()["train"] == 2
