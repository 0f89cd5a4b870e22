"""What the catalog reads from files without running them is what the files say when they run."""

import dataclasses
from typing import Any

import pytest

from rlbench.core import catalog
from rlbench.core.catalog import PACKAGE, Setting
from rlbench.core.families import FAMILIES
from rlbench.core.needs import NEEDS
from rlbench.core.registry import load_method, load_task

methods = pytest.mark.parametrize("name", catalog.methods())
tasks = pytest.mark.parametrize("name", catalog.tasks())


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
    assert settings.get("control", settings).keys() >= {"gamma", "reward_scale", "width"}
    assert (card.name, card.unit, card.gives) == (
        getattr(task, "name", task.env_id),
        task.unit,
        frozenset({*task.gives, *getattr(task, "offers", ())}),
    )


@tasks
def test_a_tasks_constants_are_those_of_its_object(name):
    card = catalog.tasks()[name]
    task = load_task(card.path.stem)
    assert card.constants["anchors"] == dataclasses.asdict(task.anchors)
    assert card.constants["env_id"] == task.env_id
    assert card.constants["gamma"] == task.gamma


@methods
def test_every_default_lies_in_its_own_range(name):
    from rlbench.core.validation import fits

    for dotted, setting in catalog.flat(catalog.methods()[name].settings):
        assert fits(setting.range, setting.default, (dotted,)) == []


@tasks
def test_every_default_of_a_task_lies_in_its_own_range(name):
    from rlbench.core.validation import fits

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
