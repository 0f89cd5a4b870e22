"""What cells begin from survives a change of code that changes none of it: one of each kind is made again."""

import json
from pathlib import Path

import pytest

from rlbench.commands.adopt import adopt
from rlbench.commands.earlier_artefact import content, earlier_artefacts
from rlbench.commands.prepare import prepare
from rlbench.core.config import load
from rlbench.core.fingerprint import digest
from rlbench.core.plan import Plan, make
from rlbench.core.supplies import identified
from tests.workflow.test_artefacts import CONFIG

STUDY = """\
studies:
  reward_models:
    tasks: [enumerable_preferences]
    recording: {prompts: [10], flipped: [0.0, 0.25]}
"""
KINDS = {"models": 1, "comparisons": 4, "rewards": 4}
"""Two sizes with two shares turned round, from one model."""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    plan = planned(folder)
    for one in plan.artefacts:
        assert prepare(plan, plan.config.results / one.record) == 0
    return folder


def planned(folder: Path) -> Plan:
    (folder / "asked.yaml").write_text(CONFIG.format(results=folder / "results") + STUDY, encoding="utf-8")
    return make(load(folder / "asked.yaml"))


@pytest.fixture
def aged(made, tmp_path) -> Plan:
    """All of it, as if code with one more file had made it."""
    (tmp_path / "results").mkdir()
    plan, source, names = planned(tmp_path), made / "results", {}
    for one in plan.artefacts:
        record = json.loads((source / one.record).read_text(encoding="utf-8"))
        code = record["code"] | {"rlbench/gone.py": {"module level": "0123"}}
        made_from = [names[other.path] for other in one.ingredients]
        names[one.path] = name = digest([one.fixed, identified(one.settings), code, made_from])
        folder = plan.config.results / one.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        copy(source / one.path, folder / f"{name}{one.path.suffix}")
        text = json.dumps(record | {"fingerprint": name, "code": code})
        (folder / f"{name}.record.json").write_text(text, encoding="utf-8")
    return plan


def copy(path: Path, to: Path) -> None:
    for name, data in content(path).items():
        file = to if path.is_file() else to / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def records(plan: Plan, folder: str) -> list[dict]:
    wanted = [one for one in plan.artefacts if one.path.parts[0] == folder]
    found = [plan.config.results / one.record for one in wanted]
    return [json.loads(file.read_text(encoding="utf-8")) for file in found if file.exists()]


def test_one_of_each_kind_is_made_again_and_all_are_what_they_were(aged, made, capsys):
    assert len(list(earlier_artefacts(aged))) == len(aged.artefacts) == sum(KINDS.values())
    assert adopt(aged, seeds=1, cores=1) == 0
    for one in aged.artefacts:
        assert content(aged.config.results / one.path) == content(made / "results" / one.path) != {}
    said = capsys.readouterr().out
    for folder, count in KINDS.items():
        kept = [record for record in records(aged, folder) if "adopted" in record]
        assert len(kept) == count - 1
        assert said.count(f"1 made again, every byte is the same; {count - 1} kept") >= 1
        for record in kept:
            [evidence] = record["adopted"]
            [again] = evidence["made_again"]
            assert again not in [other["fingerprint"] for other in kept]
            assert evidence["changed"] == ["rlbench/gone.py is no longer used"]


def test_where_one_comes_out_otherwise_none_of_its_kind_is_kept(aged, capsys):
    for one in earlier_artefacts(aged):
        if one.wanted.kind == "comparisons":
            data = bytearray(one.path.read_bytes())
            data[-1] ^= 1
            one.path.write_bytes(data)
    adopt(aged, seeds=1, cores=1)
    said = capsys.readouterr().out
    assert "enumerable_preferences: made again, not the same" in said
    assert "enumerable_preferences: made from something else than before" in said
    assert not [record for record in records(aged, "comparisons") if "adopted" in record]
    # Rewards were fitted to comparisons that nobody can make again now.
    assert not [record for record in records(aged, "rewards") if "adopted" in record]
    assert len(records(aged, "models")) == 1


def test_what_was_made_from_something_else_is_not_even_asked(aged):
    [model] = [one for one in earlier_artefacts(aged) if one.wanted.kind == "model"]
    model.path.with_name(f"{model.path.name}.record.json").unlink()
    assert list(earlier_artefacts(aged)) == []
