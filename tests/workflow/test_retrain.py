"""What is recorded is trained again: a lie is found and named, and the results are only read."""

import json
import os
import signal
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from tests.workflow.conftest import Checkout

pytestmark = pytest.mark.xdist_group("retrain")
CELLS = 8
"""All that are recorded; that many are drawn where a certain one is to be among them."""


def bytes_of(made: Checkout) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (made.path / "results").rglob("*") if path.is_file()}


def lines(output: str, topic: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in output.splitlines() if line.startswith(f"  {topic} ")]


def verify(made: Checkout, *words: str) -> tuple[int, str]:
    done = made.run("rlbench", "verify", "--cores", "1", *words)
    return done.returncode, done.stdout


def test_honest_runs_are_identical_and_nothing_is_touched(finished: Checkout):
    before = bytes_of(finished)
    code, output = verify(finished, "--retrain", str(CELLS))
    assert code == 0, output
    assert len(lines(output, "identical")) == CELLS
    assert all("rows and the end, every bit as recorded" in line for line in lines(output, "identical"))
    assert lines(output, "done") == [f"{CELLS} identical, 0 equal, 0 different"]
    assert bytes_of(finished) == before


def test_a_draw_can_be_repeated_is_continued_by_a_larger_one_and_another_number_draws_others(finished: Checkout):
    from rlbench.commands.retrain import drawn_jobs

    plan = planned(finished)

    def drawn(count, number):
        return [(job.cell.folder, job.seeds) for job, _ in drawn_jobs(plan, count, number)]

    assert drawn(3, 0) == drawn(3, 0) == drawn(CELLS, 0)[:3]
    assert len({folder for folder, _ in drawn(CELLS, 0)}) == CELLS == len(drawn(100, 0))
    first = [drawn(1, number)[0] for number in range(400)]
    counts = [sum(folder == one for folder, _ in first) for one in {folder for folder, _ in first}]
    assert len(counts) == CELLS
    assert max(abs(count - 50) for count in counts) < 4 * (400 / 8 * 7 / 8) ** 0.5
    assert 150 < sum(seeds == (0,) for _, seeds in first) < 250


def planned(made: Checkout):
    from dataclasses import replace

    from rlbench.core.config import load
    from rlbench.core.plan import make

    config = load(made.path / "config.yaml")
    return make(replace(config, results=made.path / "results"))


def change(made: Checkout, cell: str, by: float) -> None:
    """One value of each seed, that of a row in the middle."""
    [path] = (made.path / "results").glob(f"runs/{cell}/*/seeds_0-1.parquet")
    table = pq.read_table(path)
    seeds, values = table["seed"].to_pylist(), table["value"].to_pylist()
    for seed in (0, 1):
        place = [row for row, own in enumerate(seeds) if own == seed][40]
        values[place] *= 1 + by
    column = table.schema.get_field_index("value")
    pq.write_table(table.set_column(column, table.schema.field(column), [values]), path)


def recorded_elsewhere(made: Checkout, cell: str) -> None:
    [path] = (made.path / "results").glob(f"runs/{cell}/*/seeds_0-1.record.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["versions"]["torch"] = "1.0.0"
    path.write_text(json.dumps(record), encoding="utf-8")


def test_a_changed_number_is_named_though_it_is_small_and_though_the_manifest_was_changed_with_it(clone: Checkout):
    change(clone, "CartPole-v1/a2c", 1e-12)
    assert clone.run("rlbench", "analyse", "manifest").returncode == 0
    assert verify(clone)[0] == 0
    code, output = verify(clone, "--retrain", str(CELLS))
    assert code == 1
    [line] = lines(output, "different")
    assert "a2c on CartPole-v1, seed" in line
    assert "1 of" in line
    assert "was" in line.split("first seed")[1]
    assert len(lines(output, "identical")) == CELLS - 1


def test_elsewhere_a_last_digit_is_told_with_its_size_and_more_than_that_is_different(clone: Checkout):
    for cell, by in (("CartPole-v1/a2c", 1e-9), ("Pendulum-v1/a2c", 1e-3)):
        change(clone, cell, by)
        recorded_elsewhere(clone, cell)
    code, output = verify(clone, "--retrain", str(CELLS))
    assert code == 1
    [equal], [different] = lines(output, "equal"), lines(output, "different")
    assert "a2c on CartPole-v1" in equal
    assert "equal to 1.0e-09 of their value, though 1 of" in equal
    assert "a2c on Pendulum-v1" in different
    assert "by up to 1.0e-03 of their value" in different
    for line in (equal, different):
        assert "recorded elsewhere: torch 1.0.0, here" in line
    assert lines(output, "done") == [f"{CELLS - 2} identical, 1 equal, 1 different"]


def test_killed_halfway_it_leaves_the_results_alone_and_no_process_behind(clone: Checkout):
    before = bytes_of(clone)
    process = clone.start("rlbench", "verify", "--retrain", str(CELLS), "--cores", "1")
    root = psutil.Process(process.pid)
    while len(root.children(recursive=True)) < 2:  # the worker and what keeps count of its resources
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    everyone = root.children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(everyone, timeout=10)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE], "an orphan goes on"
    assert bytes_of(clone) == before


def test_where_nothing_is_recorded_it_says_so(clone: Checkout):
    clone.edit("config.yaml", "budget_env_steps: 2_000", "budget_env_steps: 3_000")
    clone.edit("config.yaml", "budget_env_steps: 2_000", "budget_env_steps: 3_000")
    code, output = verify(clone, "--retrain", "1")
    assert code == 2
    assert "no run of config.yaml is recorded by the present code" in output


def test_what_several_runs_begin_from_is_linked_once(tmp_path):
    from rlbench.commands.retrain import link_artefacts
    from rlbench.core.config import load
    from rlbench.core.plan import make

    text = f"results: {tmp_path}/results\nseeds: [0-1]\nmethods: [reinforce, dpo]\n"
    (tmp_path / "config.yaml").write_text(
        text + "tasks: {cartpole_preferences: {budget_env_steps: 1_000}}\n", encoding="utf-8"
    )
    plan = make(load(tmp_path / "config.yaml"))
    assert len(plan.jobs) == 2
    [shared] = {one.path for job in plan.jobs for one in job.cell.artefacts}
    link_artefacts(plan, list(plan.jobs), tmp_path / "scratch")
    [link] = [path for path in (tmp_path / "scratch").rglob("*") if path.is_symlink()]
    assert link == tmp_path / "scratch" / shared
    assert link.readlink() == tmp_path / "results" / shared
