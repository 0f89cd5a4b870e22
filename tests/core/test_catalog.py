"""What the catalog reads from files without running them is what the files say when they run."""

import dataclasses
from typing import Any

import pytest

from rlbench.core import catalog
from rlbench.core.artefact import STAGES
from rlbench.core.catalog import PACKAGE, Setting
from rlbench.core.families import FAMILIES
from rlbench.core.needs import NEEDS
from rlbench.core.registry import load_method, load_task, with_settings
from rlbench.core.rollout import Episodes
from rlbench.core.validation import fits

methods = pytest.mark.parametrize("name", catalog.methods())
tasks = pytest.mark.parametrize("name", catalog.tasks())
OF_ANSWERS = {"gamma", "temperature", "kl_coef"}
SETTABLE = {
    "control": {"gamma", "reward_scale", "width"},
    "generated": OF_ANSWERS | {"imitation"},
    "given": OF_ANSWERS | {"data", "model", "tuning", "prompt_tokens", "answer_tokens"},
}
"""Some of what can be set in every task of a kind."""
MADE_OF = {
    "control": ("env_id", "gamma"),
    "generated": ("name", "language", "imitation"),
    "given": ("name", "corpus", "data", "model", "tuning", "prompt_tokens", "answer_tokens"),
}
"""What the file of a task says it is, by the kind of task."""


def kind_of(card: catalog.TaskCard) -> str:
    """A language task either makes its language up or is given a data set, and is never both."""
    if card.side == "control":
        return card.side
    [kind] = [kind for kind, part in {"generated": "language", "given": "corpus"}.items() if part in card.constants]
    return kind


def only(nested: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The part of a nested mapping that another one also has."""
    return {k: only(nested[k], v) if isinstance(v, dict) else nested[k] for k, v in like.items()}


def test_a_file_is_listed_by_being_there():
    assert sorted(catalog.methods()) == sorted(p.stem for p in (PACKAGE / "methods").glob("*.py") if p.stem[0] != "_")
    assert sorted(card.path.stem for card in catalog.tasks().values()) == sorted(
        p.stem for p in (PACKAGE / "tasks").glob("*.py") if p.stem[0] != "_"
    )


def test_methods_are_in_the_order_in_which_the_field_came_upon_them():
    cards = list(catalog.methods().values())
    assert cards == sorted(cards, key=lambda card: (FAMILIES.index(card.family), card.year, card.name))


@methods
def test_a_methods_defaults_are_those_of_its_dataclass(name):
    assert catalog.defaults(catalog.methods()[name].settings) == dataclasses.asdict(load_method(name))


@methods
def test_a_methods_card_says_what_its_decorator_says(name):
    card, method = catalog.methods()[name], load_method(name)
    assert (card.name, card.path.stem) == (name, name)
    assert card.title == method.title
    assert card.needs == method.needs <= NEEDS.keys()
    assert (card.family, card.year) == (method.family, method.paper.year)
    assert card.paper == f"{method.paper.authors} {method.paper.year}"
    assert card.reference == method.paper.reference


@tasks
def test_a_tasks_defaults_are_those_of_its_object(name):
    card = catalog.tasks()[name]
    task = load_task(card.path.stem)
    settings = catalog.defaults(card.settings)
    assert settings == only(dataclasses.asdict(task), settings)
    assert settings.get("control", settings).keys() >= SETTABLE[kind_of(card)]
    assert card.name == (task.name if hasattr(task, "name") else task.env_id)
    assert card.gives == {*task.gives, *getattr(task, "offers", ())}
    assert (card.unit, card.side) == (task.unit, task.side)
    assert card.begins_from == getattr(task, "begins_from", ())
    assert card.whole_answers == getattr(task, "whole_answers", False)
    assert card.budget_key == f"budget_{task.unit}"


@tasks
def test_a_tasks_constants_are_those_of_its_object(name):
    card = catalog.tasks()[name]
    task = load_task(card.path.stem)
    assert card.constants["anchors"] == dataclasses.asdict(task.anchors)
    fixed = MADE_OF[kind_of(card)]
    given = {name: card.constants[name] for name in fixed}
    assert given == only({name: _plain(getattr(task, name)) for name in fixed}, given)
    assert given.keys() == {*fixed}


def _plain(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value


def test_each_task_is_on_one_side_and_has_what_it_begins_from():
    sides = {name: card.side for name, card in catalog.tasks().items()}
    assert catalog.sides() == sorted({*sides.values()}) == ["control", "language"]
    kinds = {name: card.begins_from for name, card in catalog.tasks().items()}
    models = {name: [STAGES[one].kind for one in kind].count("model") for name, kind in kinds.items()}
    assert models == {name: int(side == "language") for name, side in sides.items()}
    assert kinds["tales"] == ("model", "comparisons", "reward")
    assert kinds["gsm8k"] == ("data", "tuned_model")
    assert kinds["hh_rlhf"] == kinds["ultrafeedback"] == ("data", "tuned_model", "given_comparisons", "reward")
    assert kinds["stories"] == ("data", "tuned_model", "sampled_comparisons", "reward")
    given = {name for name, card in catalog.tasks().items() if kind_of(card) == "given"}
    assert given == {name for name, kind in kinds.items() if "data" in kind}
    assert kinds["cartpole_preferences"] == ("reference",)
    assert {kind for one in kinds.values() for kind in one} == STAGES.keys()


@pytest.mark.parametrize("method", catalog.methods())
@tasks
def test_what_can_be_set_of_new_experience_is_what_there_is_on_a_task(name, method):
    card, task = catalog.methods()[method], catalog.tasks()[name]
    settings = catalog.settings_on(card, task)
    if card.takes == "Fresh" and task.side == "language":
        assert catalog.defaults(settings)["rollout"] == dataclasses.asdict(Episodes())
        assert settings | {"rollout": card.settings["rollout"]} == card.settings
    else:
        assert settings == card.settings
    made = with_settings(load_method(method), catalog.defaults(settings))
    assert isinstance(made.rollout, Episodes) or card.takes != "Fresh" or task.side == "control"


@methods
def test_every_default_lies_in_its_own_range(name):
    for dotted, setting in catalog.flat(catalog.methods()[name].settings):
        assert fits(setting.range, setting.default, (dotted,)) == []


@tasks
def test_every_default_of_a_task_lies_in_its_own_range(name):
    for dotted, setting in catalog.flat(catalog.tasks()[name].settings):
        assert fits(setting.range, setting.default, (dotted,)) == []


def test_settings_are_named_by_their_path():
    names = [name for name, _ in catalog.flat(catalog.methods()["ppo_clip"].settings)]
    assert {"clip", "rollout.steps", "update.lr", "critic.epochs"} <= set(names)
    assert len(names) == len(set(names))


def test_a_method_runs_where_all_that_it_needs_is_given():
    task = dataclasses.replace(catalog.tasks()["CartPole-v1"], gives=frozenset({"critic"}))
    method = catalog.methods()["a2c"]
    assert catalog.unsupported(method, task) is None
    asking = dataclasses.replace(method, needs=frozenset({"preferences", "critic", "lasting_rewards"}))
    reason = catalog.unsupported(asking, task)
    assert reason == "needs rewards that do not change with the policy and recorded comparisons"


def test_the_values_of_nested_settings_keep_their_nesting():
    settings = {"clip": Setting(0.2, float), "update": {"lr": Setting(1e-3, float)}}
    assert catalog.defaults(settings) == {"clip": 0.2, "update": {"lr": 1e-3}}
    assert [name for name, _ in catalog.flat(settings)] == ["clip", "update.lr"]
