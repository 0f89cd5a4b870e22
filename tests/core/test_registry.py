"""From names to methods with other settings."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from rlbench.core import catalog
from rlbench.core.registry import Paper, load_method, method, with_settings
from rlbench.core.rollout import Episodes, Steps


@dataclass(frozen=True, kw_only=True)
class Inner:
    rate: float = 0.1
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Outer:
    clip: float = 0.2
    update: Inner = Inner()
    critic: Inner = Inner(count=5)


def test_settings_replace_what_they_name_at_any_depth_and_nothing_else():
    changed = with_settings(Outer(), {"clip": 0.3, "critic": {"rate": 0.5}})
    assert changed == Outer(clip=0.3, critic=Inner(rate=0.5, count=5))
    assert Outer() == Outer(clip=0.2, update=Inner(rate=0.1, count=1), critic=Inner(rate=0.1, count=5))


def test_no_settings_make_an_equal_copy():
    assert with_settings(Outer(), {}) == Outer()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"clop": 1}, "Outer has no clop; it has clip, critic, update"),
        ({"update": {"rat": 1}}, "Inner has no rat; it has count, rate"),
        ({"b": 1, "a": 2}, "Outer has no a, b"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_exist(settings, words):
    with pytest.raises(TypeError, match=words):
        with_settings(Outer(), settings)


@pytest.mark.parametrize("name", catalog.methods())
def test_every_method_takes_its_own_defaults_and_is_frozen(name):
    instance = load_method(name)
    assert with_settings(instance, catalog.defaults(catalog.methods()[name].settings)) == instance
    with pytest.raises(FrozenInstanceError):
        instance.rollout = None


def test_sizes_that_depend_on_each_other_are_changed_together():
    grpo = with_settings(load_method("grpo"), {"rollout": {"episodes": 6, "group": 3}})
    assert (grpo.rollout.episodes, grpo.rollout.group) == (6, 3)
    with pytest.raises(ValueError, match="group: 4 does not divide 6 episodes"):
        with_settings(grpo, {"rollout": {"group": 4}})


def test_a_method_that_takes_new_experience_of_any_kind_takes_the_kind_that_it_is_told():
    told = with_settings(load_method("ppo_clip"), {"rollout": {"episodes": 6, "group": 3}})
    assert told.rollout == Episodes(episodes=6, group=3)
    assert with_settings(told, {"rollout": {"streams": 2, "steps": 5}}).rollout == Steps(streams=2, steps=5)
    assert with_settings(told, {"rollout": {"group": 2}}).rollout == Episodes(episodes=6, group=2)


def test_the_decorator_leaves_what_it_was_told_on_the_class():
    paper = Paper("A. Author", 1999, "doi:10.1/1")
    marked = method(title="A", family="returns", paper=paper, needs=("critic",))(Inner)
    assert (marked.title, marked.family, marked.paper, marked.needs) == ("A", "returns", paper, frozenset({"critic"}))
    assert marked is Inner
