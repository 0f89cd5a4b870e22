"""Last policies are measured as the runs left them: kept where they were trained, or trained again and compared."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlbench.commands.adopt import ask
from rlbench.commands.earlier import newest_earlier
from rlbench.commands.final_policies import AGAIN, KEPT, final_policies
from rlbench.commands.prepare import prepare
from rlbench.commands.recorded import read_record, record_of
from rlbench.commands.train import train
from rlbench.core.config import load
from rlbench.core.ending import Ending
from rlbench.core.plan import Plan, make
from rlbench.core.scratch import Scratch
from tests.workflow.conftest import checkout

pytestmark = pytest.mark.xdist_group("final policies")
TEXT = """\
results: {results}
engine: eager
device: cpu
seeds: [0-1]
evaluations: 1
evaluation_episodes: 2
tasks:
  CartPole-v1: {{budget_env_steps: 1_000}}
  enumerable:
    budget_tokens: 1_000
    language: {{letters: 3, answer_symbols: 2}}
    imitation: {{width: 16, layers: 1, heads: 2, steps: 5, texts: 16}}
methods: [reinforce]
settings: {{reinforce: {{control: {{rollout: {{episodes: 4}}}}, language: {{rollout: {{episodes: 32}}}}}}}}
studies: {{final_policies: {{tasks: [CartPole-v1, enumerable], prompts: 6, samples: 2, episodes: 3}}}}
"""
ELSEWHERE = "0123456789abcdef"
"""A fingerprint that the cells had."""


def planned(folder: Path, text: str = TEXT) -> Plan:
    (folder / "asked.yaml").write_text(text.format(results=folder / "results"), encoding="utf-8")
    return make(load(folder / "asked.yaml"))


def policies(plan: Plan) -> list[Path]:
    return sorted(plan.config.results.rglob("*.policies"))


def measured(plan: Plan, one: Ending) -> bytes:
    path = plan.config.results / one.path
    assert final_policies(plan, path) == 0
    return path.read_bytes()


def origin(plan: Plan, one: Ending) -> str:
    return read_record(plan.config.results / one.path)["parameters"]


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    plan = planned(folder)
    for one in plan.artefacts:
        assert prepare(plan, plan.config.results / one.record) == 0
    for job in plan.jobs:
        assert train(plan, plan.config.results / job.path) == 0
    return folder


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Plan:
    """Runs with the last policies beside them."""
    shutil.copytree(trained_once / "results", tmp_path / "results")
    return planned(tmp_path)


def test_what_was_kept_and_what_is_trained_again_come_to_the_same_bytes_and_nothing_is_left(trained: Plan):
    assert len(policies(trained)) == len(trained.endings) == 2
    first = [measured(trained, one) for one in trained.endings]
    assert [origin(trained, one) for one in trained.endings] == [KEPT, KEPT]
    assert policies(trained) == []
    assert [measured(trained, one) for one in trained.endings] == first
    for one in trained.endings:
        assert origin(trained, one).startswith("trained again, identical: reinforce on")
    assert policies(trained) == []
    assert list((trained.config.results / AGAIN).rglob("*.parquet")) == []
    # What is measured already is not kept again.
    (trained.config.results / trained.jobs[0].record).unlink()
    assert train(trained, trained.config.results / trained.jobs[0].path) == 0
    assert policies(trained) == []


def change_a_number(plan: Plan, one: Ending, **versions: str) -> None:
    """Of what is recorded, as if other code had made it; or other versions of a package."""
    path = plan.config.results / one.run
    table = pq.read_table(path)
    values = [1.5 * value for value in table["value"].to_pylist()]
    column = table.schema.get_field_index("value")
    pq.write_table(table.set_column(column, table.schema.field(column), pa.array(values)), path)
    record = read_record(path)
    record["versions"] |= versions
    record_of(path).write_text(json.dumps(record), encoding="utf-8")


def test_policies_that_are_not_those_of_the_recorded_runs_are_not_measured(trained: Plan, capsys):
    one = trained.endings[0]
    for path in policies(trained):
        path.unlink()
    change_a_number(trained, one)
    assert final_policies(trained, trained.config.results / one.path) == 1
    assert "these are not the policies that the recorded runs ended with" in capsys.readouterr().err
    assert not (trained.config.results / one.path).exists()


def test_recorded_elsewhere_they_are_measured_and_the_record_says_how_far_the_rows_are_from_those(trained: Plan):
    one = trained.endings[0]
    for path in policies(trained):
        path.unlink()
    change_a_number(trained, one, torch="1.0.0")
    measured(trained, one)
    assert "trained again, different:" in origin(trained, one)
    assert "recorded elsewhere: torch 1.0.0" in origin(trained, one)


def test_policies_of_other_seeds_are_not_taken_for_them(trained: Plan):
    one = trained.endings[0]
    job = trained.jobs[0]
    Scratch(trained.config.results, job).policies.unlink()
    alone = replace(trained, endings=(replace(one, block="seeds_0"),))
    other = replace(job, seeds=(0,), path=job.path.with_stem("seeds_0"))
    alone = replace(alone, jobs=(other,))
    assert train(alone, trained.config.results / other.path) == 0
    Scratch(trained.config.results, other).policies.rename(Scratch(trained.config.results, job).policies)
    with pytest.raises(ValueError, match="the policies of 1 seeds, not of 2"):
        final_policies(trained, trained.config.results / one.path)


def test_what_nobody_asks_for_is_not_measured(trained: Plan, capsys):
    assert final_policies(trained, trained.config.results / "endings" / "CartPole-v1" / "x.parquet") == 2
    assert "asks for" in capsys.readouterr().err


def made_by_earlier_code(plan: Plan, one: Ending) -> None:
    """As if runs and measurement had been made when the cell had another fingerprint."""
    results = plan.config.results
    for now, before in (
        (one.cell.folder, one.cell.folder.with_name(ELSEWHERE)),
        (one.path.parent, one.path_of(ELSEWHERE).parent),
    ):
        (results / now).rename(results / before)


@pytest.mark.parametrize("place", [0, 1])
def test_where_runs_are_adopted_what_was_measured_goes_along(trained: Plan, place: int):
    one = trained.endings[place]
    before = measured(trained, one)
    made_by_earlier_code(trained, one)
    earlier = newest_earlier(trained.config.results, one.cell)
    assert earlier is not None
    assert ask(trained, one.cell, earlier, 1, None).difference is None
    assert (trained.config.results / one.path).read_bytes() == before
    record = read_record(trained.config.results / one.path)
    assert record["fingerprint"] == one.fingerprint
    assert [evidence["from"] for evidence in record["adopted"]] == [ELSEWHERE]


def test_what_was_asked_otherwise_does_not_go_along_nor_what_is_of_refused_runs(trained: Plan, tmp_path: Path):
    one = trained.endings[0]
    measured(trained, one)
    made_by_earlier_code(trained, one)
    earlier = newest_earlier(trained.config.results, one.cell)
    assert earlier is not None
    more = planned(tmp_path, TEXT.replace("episodes: 3}}}}", "episodes: 4}}}}"))
    assert more.endings[0].cell == one.cell
    assert ask(more, one.cell, earlier, 1, None).difference is None
    assert not list(trained.config.results.glob(f"endings/*/{more.endings[0].fingerprint}"))
    (trained.config.results / one.cell.folder / f"{one.block}.parquet").unlink()
    change_a_number(trained, replace(one, cell=one.cell, block=f"../{ELSEWHERE}/{one.block}"))
    assert ask(trained, one.cell, earlier, 1, None).difference is not None
    assert not (trained.config.results / one.path).exists()


def test_the_workflow_trains_and_then_measures_what_was_kept(tmp_path: Path):
    made = checkout(tmp_path)
    text = TEXT.replace("tasks: [CartPole-v1, enumerable]", "tasks: [CartPole-v1]")
    (made.path / "config.yaml").write_text(text.format(results="results"), encoding="utf-8")
    done = made.run("snakemake", "--cores", "1", "--until", "final_policies")
    assert done.returncode == 0, done.stdout
    [record] = made.path.glob("results/endings/CartPole-v1/*/seeds_0-1.record.json")
    assert json.loads(record.read_text(encoding="utf-8"))["parameters"] == KEPT
    assert record.with_name("seeds_0-1.parquet").exists()
    assert list((made.path / "results" / ".scratch").rglob("*.policies")) == []
