"""Returns of all tasks on one scale."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlbench.core import catalog
from rlbench.core.anchors import Anchors

number = st.floats(-1e4, 1e4)


@given(number, number)
def test_the_random_policy_is_zero_and_a_solved_task_one(random, solved):
    assume(abs(solved - random) > 1e-3)
    anchors = Anchors(random=random, solved=solved)
    assert anchors.normalise(random) == 0
    assert anchors.normalise(solved) == 1


@given(number, st.floats(0, 1))
def test_between_and_beyond_it_is_linear(value, share):
    anchors = Anchors(random=-200.0, solved=300.0)
    assert anchors.normalise(-200 + 500 * share) == pytest.approx(share, abs=1e-12)
    assert anchors.normalise(value) == pytest.approx((value + 200) / 500, abs=1e-12)


@pytest.mark.parametrize("card", catalog.tasks().values(), ids=lambda card: card.name)
def test_on_every_task_solving_it_is_better_than_acting_at_random(card):
    assert card.constants["anchors"]["solved"] > card.constants["anchors"]["random"]
