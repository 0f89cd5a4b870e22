"""One number for each token, and one for a whole answer."""

import pytest
import torch
from torch.func import functional_call

from rlbench.language.decode import decode
from rlbench.language.value_model import Scalar
from tests.language.models import END, PAD, WINDOW, critic, parameters, policy, prompts, reward, uniform

SEEDS, COLUMNS = 2, 4


@pytest.fixture(params=[False, True], ids=["prompts of one length", "of many lengths"])
def inputs(request):
    actor = policy()
    asked = prompts(SEEDS, COLUMNS, ragged=request.param)
    return torch.cat((asked, decode(actor, parameters(actor, SEEDS), asked, uniform(SEEDS, COLUMNS)).answers))


def outputs_by_itself(model, phi, row):
    """Of the visible tokens of one row."""
    tokens = row[WINDOW.seen(row)]
    return functional_call(
        model.network.module, model.network.weights(phi[None])[0], kwargs={"input_ids": tokens[None]}
    )[0]


def test_a_value_is_said_before_its_token_is_chosen(inputs):
    model = critic()
    phi = parameters(model, SEEDS)
    values = model.evaluate(phi, inputs)
    assert values.shape == (WINDOW.answer, SEEDS, COLUMNS)
    for seed in range(SEEDS):
        for column in range(COLUMNS):
            alone = outputs_by_itself(model, phi[seed], inputs[:, seed, column])[-WINDOW.answer - 1 : -1]
            torch.testing.assert_close(values[:, seed, column], alone, atol=2e-6, rtol=1e-5)
    changed = inputs.clone()
    changed[WINDOW.prompt + 2] = 3
    assert torch.equal(model.evaluate(phi, changed)[:3], values[:3])


def test_an_answer_is_scored_at_its_last_token(inputs):
    model = reward()
    phi, mask = parameters(model, SEEDS), WINDOW.mask(inputs[WINDOW.prompt :])
    score = model.score(phi, inputs)
    for seed in range(SEEDS):
        for column in range(COLUMNS):
            length = int(mask[:, seed, column].sum())
            row = inputs[: WINDOW.prompt + length, seed, column]
            alone = outputs_by_itself(model, phi[seed], row)[-1]
            torch.testing.assert_close(score[seed, column], alone, atol=2e-6, rtol=1e-5)


def test_a_short_answer_scores_as_if_it_stood_alone():
    model = reward()
    phi, row = parameters(model, 1), torch.tensor([PAD, PAD, 5, 6, 7, END, END, 3, 4, 5])
    score = model.score(phi, row[:, None, None])
    torch.testing.assert_close(score[0, 0], outputs_by_itself(model, phi[0], row[:6])[-1], atol=2e-6, rtol=1e-5)


def test_what_lies_beyond_the_end_is_not_scored(inputs):
    model = reward()
    phi, answers = parameters(model, SEEDS), inputs[WINDOW.prompt :]
    mask = WINDOW.mask(answers)
    other = torch.cat((inputs[: WINDOW.prompt], torch.where(mask == 1, answers, 7)))
    assert torch.equal(model.score(phi, other), model.score(phi, inputs))
    assert len(mask.sum(0).unique()) > 1


def test_a_head_is_made_without_torchs_global_generator():
    before, body = torch.get_rng_state(), torch.nn.Identity()
    assert (Scalar(body, 16).head.weight == 0).all()
    assert torch.equal(torch.get_rng_state(), before)


def test_first_values_and_scores_are_zero(inputs):
    for model in (critic(), reward()):
        phi = model.network.read().repeat(SEEDS, 1)
        scores = model.evaluate(phi, inputs) if hasattr(model, "evaluate") else model.score(phi, inputs)
        assert (scores == 0).all()
