"""A language model as a policy, held against the model itself asked one prompt at a time."""

from dataclasses import replace

import pytest
import torch
from torch.func import functional_call

from rlbench.language.decode import decode, likeliest, sample
from tests.language.models import END, PAD, WINDOW, parameters, policy, prompts, uniform

SEEDS, COLUMNS = 3, 5


@pytest.fixture(params=[False, True], ids=["prompts of one length", "of many lengths"])
def answered(request):
    actor = policy()
    theta = parameters(actor, SEEDS)
    asked = prompts(SEEDS, COLUMNS, ragged=request.param)
    answers = decode(actor, theta, asked, uniform(SEEDS, COLUMNS)).answers
    return actor, theta, torch.cat((asked, answers))


def by_itself(actor, theta, row):
    """Logits for each token of one answer, its prompt given without anything to the left."""
    tokens = row[WINDOW.seen(row)]
    logits = functional_call(actor.network.module, actor.network.weights(theta[None])[0], (tokens[None],)).logits[0]
    return logits[-WINDOW.answer - 1 : -1]


def test_logits_are_those_of_each_prompt_by_itself(answered):
    actor, theta, inputs = answered
    logits = actor.distribution(theta, inputs).logits
    for seed in range(SEEDS):
        for column in range(COLUMNS):
            alone = by_itself(actor, theta[seed], inputs[:, seed, column])
            torch.testing.assert_close(logits[:, seed, column], alone, atol=2e-6, rtol=1e-5)


def test_each_token_was_chosen_by_its_number_from_what_the_policy_says(answered):
    """With what it remembers or without: sampling again from recomputed logits gives the same tokens."""
    actor, theta, inputs = answered
    logits, noise = actor.distribution(theta, inputs).logits, uniform(SEEDS, COLUMNS)
    answers = inputs[WINDOW.prompt :]
    taken = WINDOW.mask(answers) == 1
    again = sample(logits.flatten(0, 2), noise.flatten()).view_as(answers)
    assert torch.equal(again[taken], answers[taken])
    assert (answers[~taken] == END).all()
    assert 0 < taken.float().mean() < 1


def test_the_likeliest_answer_is_the_argument_of_the_maximum(answered):
    actor, theta, inputs = answered
    asked = inputs[: WINDOW.prompt]
    greedy = decode(actor, theta, asked, uniform(SEEDS, COLUMNS), likeliest).answers
    logits = actor.distribution(theta, torch.cat((asked, greedy))).logits
    taken = WINDOW.mask(greedy) == 1
    assert torch.equal(logits.argmax(-1)[taken], greedy[taken])


def test_a_seed_alone_is_the_seed_among_others_to_the_bit(answered):
    actor, theta, inputs = answered
    asked, noise = inputs[: WINDOW.prompt, 1:2], uniform(SEEDS, COLUMNS)[:, 1:2]
    assert torch.equal(decode(actor, theta[1:2], asked, noise).answers, inputs[WINDOW.prompt :, 1:2])
    together, alone = actor.distribution(theta, inputs).logits, actor.distribution(theta[1:2], inputs[:, 1:2]).logits
    assert torch.equal(together[:, 1:2], alone)


def test_tokens_after_the_end_change_nothing_before_it(answered):
    actor, theta, inputs = answered
    answers = inputs[WINDOW.prompt :]
    taken = WINDOW.mask(answers) == 1
    other = torch.cat((inputs[: WINDOW.prompt], torch.where(taken, answers, 5)))
    before, after = (actor.distribution(theta, x).logits for x in (inputs, other))
    assert torch.equal(before[taken], after[taken])


def test_a_prompt_says_the_same_whatever_room_is_left_of_it():
    actor, row = policy(), torch.tensor([PAD, PAD, 5, 6, 7, 3, 2, END, END, END])
    theta = parameters(actor, 1)
    logits = actor.distribution(theta, row[:, None, None]).logits[:, 0, 0]
    torch.testing.assert_close(logits, by_itself(actor, theta[0], row), atol=2e-6, rtol=1e-5)


def test_what_no_answer_holds_is_never_said_and_leaves_every_number_finite():
    actor = replace(policy(), window=replace(WINDOW, unsaid=(PAD, 2)))
    theta = parameters(actor, SEEDS)
    answers = decode(actor, theta, prompts(SEEDS, 40, ragged=False), uniform(SEEDS, 40)).answers
    assert not torch.isin(answers, torch.tensor([PAD, 2])).any()
    assert torch.isin(decode(policy(), theta, prompts(SEEDS, 40, ragged=False), uniform(SEEDS, 40)).answers, 2).any()
    x, d = theta.clone().requires_grad_(), torch.cat((prompts(SEEDS, 40, ragged=False), answers))
    one, other = actor.distribution(x, d), actor.distribution(parameters(actor, SEEDS, 0.2), d)
    assert (one.logits.softmax(-1)[..., [PAD, 2]] == 0).all()
    torch.testing.assert_close(
        one.logits[..., 3:].detach(), policy().distribution(theta, d).logits[..., 3:], atol=0, rtol=0
    )
    for values in (one.entropy(), one.kl(other), other.kl(one), one.logp(answers)):
        assert values.isfinite().all()
        assert torch.autograd.grad(values.sum(), x, retain_graph=True)[0].isfinite().all()


def test_temperature_divides_the_logits(answered):
    _, theta, inputs = answered
    hot, plain = policy(2.0), policy()
    torch.testing.assert_close(
        hot.distribution(theta, inputs).logits * 2, plain.distribution(theta, inputs).logits, atol=0, rtol=1e-6
    )


def test_gradients_flow_to_each_seed_alone(answered):
    actor, theta, inputs = answered
    x = theta.clone().requires_grad_()
    answers = inputs[WINDOW.prompt :]
    logp = actor.distribution(x, inputs).logp(answers) * WINDOW.mask(answers)
    (gradient,) = torch.autograd.grad(logp[:, 0].sum(), x)
    assert gradient[0].isfinite().all()
    assert gradient[0].abs().max() > 0
    assert (gradient[1:] == 0).all()


def test_sampling_follows_the_probabilities():
    logits = torch.tensor([0.0, 1.0, -1.0, float("-inf"), 2.0])
    noise = (torch.arange(100_000) + 0.5) / 100_000
    counts = sample(logits.expand(len(noise), -1), noise).bincount(minlength=5) / len(noise)
    torch.testing.assert_close(counts, logits.softmax(-1), atol=2e-5, rtol=0)
    assert counts[3] == 0


def test_even_the_largest_noise_chooses_a_token():
    assert sample(torch.zeros(1, 4), torch.tensor([1 - 2**-24])).tolist() == [3]
