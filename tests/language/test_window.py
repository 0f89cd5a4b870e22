"""How prompts and answers are laid side by side."""

import pytest
import torch

from tests.language.models import END, PAD, WINDOW


def test_prompts_end_where_answers_begin():
    laid = WINDOW.prompts([[5], [2, 3, 4, 5]])
    assert laid.T.tolist() == [[PAD, PAD, PAD, 5], [2, 3, 4, 5]]


@pytest.mark.parametrize("wrong", [[], [2] * 5])
def test_a_prompt_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValueError, match=f"a prompt of {len(wrong)} tokens; from 1 to 4 are possible"):
        WINDOW.prompts([[2], wrong])


def test_answers_end_where_there_is_room():
    laid = WINDOW.answers([[], [5, 6], [2] * 6, [3] * 9])
    assert laid.T.tolist() == [[END] * 6, [5, 6, *[END] * 4], [2] * 6, [3] * 6]


def test_the_end_itself_is_a_decision_and_nothing_after_it_is():
    mask = WINDOW.mask(WINDOW.answers([[], [5, 6], [2] * 6, [3] * 9]))
    assert mask.sum(0).tolist() == [1, 3, 6, 6]
    assert torch.equal(mask, mask.cummin(0).values)


def test_what_lies_left_of_a_prompt_is_not_seen():
    rows = torch.tensor([[PAD, PAD, 5, 6, END], [2, 3, 4, 5, PAD]])
    assert WINDOW.seen(rows).tolist() == [[False, False, True, True, True], [True] * 5]
