"""What is made once is made again when what it is made of has changed, and only then."""

from dataclasses import replace
from pathlib import Path

import pytest

from rlbench.core import catalog
from rlbench.core.artefact import STAGES, artefacts_of
from rlbench.core.config import load
from rlbench.core.plan import Plan, make

CONFIG = """\
results: {results}
seeds: [0-1]
tasks:
  enumerable: {{budget_tokens: 10_000}}
  tales: {{budget_tokens: 10_000}}
  enumerable_preferences: {{budget_tokens: 10_000{setting}}}
methods: [reinforce, dpo]
"""
KINDS = ("model", "comparisons", "reward")


def planned(folder: Path, setting: str = "") -> Plan:
    path = folder / "asked.yaml"
    path.write_text(CONFIG.format(results=folder / "results", setting=setting and f", {setting}"), encoding="utf-8")
    return make(load(path))


def fingerprints(plan: Plan) -> dict[str, str]:
    """Of what the preference task begins from, by its kind."""
    return {one.kind: one.fingerprint for one in plan.artefacts if one.task == "enumerable_preferences"}


@pytest.mark.parametrize(
    ("setting", "changed"),
    [
        ("language: {letters: 3}", KINDS),
        ("language: {cut_penalty: 0.25}", KINDS),
        ("imitation: {steps: 500}", KINDS),
        ("temperature: 0.7", KINDS),
        ("recording: {temperature: 0.2}", KINDS[1:]),
        ("recording: {flipped: 0.1}", KINDS[1:]),
        ("fitting: {answers: 4}", KINDS[2:]),
        ("fitting: {rule: {lr: 0.01}}", KINDS[2:]),
        ("kl_coef: 0.5", ()),
        ("gamma: 0.9", ()),
        ("evaluations: 3", ()),
    ],
)
def test_each_is_made_again_for_what_it_is_made_of_and_for_nothing_else(tmp_path, setting, changed):
    before, after = planned(tmp_path), planned(tmp_path, setting)
    was, now = fingerprints(before), fingerprints(after)
    assert {kind for kind in KINDS if was[kind] != now[kind]} == {*changed}
    runs = [{(c.task, c.method): c.fingerprint for c in plan.cells} for plan in (before, after)]
    assert {task for task, method in runs[0] if runs[0][task, method] != runs[1][task, method]} == {
        "enumerable_preferences"
    }


def test_each_stands_after_what_it_is_made_from(tmp_path):
    plan = planned(tmp_path)
    made = [(one.task, one.kind) for one in plan.artefacts]
    assert [kind for task, kind in made if task == "tales"] == list(KINDS)
    assert [kind for task, kind in made if task == "enumerable"] == ["model"]
    for one in plan.artefacts:
        assert [kind.kind for kind in one.ingredients] == list(STAGES[one.kind].ingredients)
        assert plan.ingredients(STAGES[one.kind].folder, one.task, one.fingerprint) == [
            x.record for x in one.ingredients
        ]
    with pytest.raises(KeyError):
        plan.ingredients("models", "tales", "0" * 16)


def test_what_runs_begin_from_is_what_their_task_begins_from(tmp_path):
    for cell in planned(tmp_path).cells:
        assert tuple(one.kind for one in cell.artefacts) == catalog.tasks()[cell.task].begins_from
        assert {one.kind: one.fingerprint for one in cell.artefacts}.items() <= cell.content.items()


def test_two_tasks_of_the_same_language_and_model_begin_from_the_same(tmp_path):
    models = {one.task: one.fingerprint for one in planned(tmp_path).artefacts if one.kind == "model"}
    assert models["enumerable"] == models["enumerable_preferences"] != models["tales"]


def test_its_code_is_what_makes_it_and_no_session(tmp_path):
    code = {one.kind: one.code.keys() for one in planned(tmp_path).artefacts if one.task == "enumerable_preferences"}
    for kind in KINDS:
        assert STAGES[kind].maker.relative_to(catalog.PACKAGE.parent).as_posix() in code[kind]
        assert not {f"rlbench/language/{name}.py" for name in ("session", "signal", "measures", "task")} & code[kind]
    assert "rlbench/languages/enumerable.py" in code["model"] & code["comparisons"]
    assert "rlbench/languages/tales.py" not in code["model"] | code["comparisons"] | code["reward"]
    assert "rlbench/language/recording.py" not in code["model"] | code["reward"]


def test_every_ingredient_and_every_part_is_part_of_it(tmp_path):
    for one in planned(tmp_path).artefacts:
        others = [replace(one, fixed=one.fixed | {"other": 1}), replace(one, settings=one.settings | {"other": 1})]
        others += [replace(one, code=one.code | {"other.py": {}})]
        others += [replace(one, ingredients=one.ingredients[:-1])] if one.ingredients else []
        assert len({one.fingerprint, *(other.fingerprint for other in others)}) == len(others) + 1
        assert one.path.parts[:2] == one.record.parts[:2] == (STAGES[one.kind].folder, one.task)
        assert one.record.name == f"{one.fingerprint}.record.json"


def test_a_task_with_nothing_to_begin_from_has_none():
    card = catalog.tasks()["CartPole-v1"]
    assert artefacts_of(card, catalog.defaults(card.settings)) == ()
