"""A Llama in few operations says what transformers' own module says."""

import pytest
import torch
from transformers import LlamaForCausalLM

from rlbench.language import decode as module
from rlbench.language.decode import decode
from rlbench.language.flat_module import FlatModule
from rlbench.language.llama_steps import fits
from rlbench.language.policy import LanguagePolicy
from tests.language.models import WINDOW, config, parameters, policy, prompts, uniform

SEEDS, COLUMNS = 2, 6


@pytest.mark.parametrize("ragged", [False, True], ids=["prompts of one length", "of many lengths"])
def test_answers_are_those_of_the_module_with_the_same_log_probabilities(monkeypatch, ragged):
    actor = policy(temperature=1.3)
    theta, asked, noise = parameters(actor, SEEDS), prompts(SEEDS, COLUMNS, ragged=ragged), uniform(SEEDS, COLUMNS)
    steps = decode(actor, theta, asked, noise)
    asked_for = []
    monkeypatch.setattr(module, "fits", lambda one: bool(asked_for.append(one)))
    own = decode(actor, theta, asked, noise)
    assert len(asked_for) == SEEDS
    assert torch.equal(steps.answers, own.answers)
    torch.testing.assert_close(steps.logp, own.logp, atol=3e-6, rtol=1e-5)
    assert len(WINDOW.mask(own.answers).sum(0).unique()) > 1


CHANGES = {
    "biases": {"attention_bias": True},
    "biases between": {"mlp_bias": True},
    "fewer keys than queries": {"num_key_value_heads": 1},
    "another activation": {"hidden_act": "gelu"},
    "scaled positions": {"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 10_000.0}},
}


def other(change: dict) -> LlamaForCausalLM:
    return LlamaForCausalLM(type(config())(**{**config().to_dict(), **change}))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_other_llama_answers_by_its_own_module(change):
    assert fits(other({}))
    assert not fits(other(change))
    actor = LanguagePolicy(FlatModule(other(change)), WINDOW)
    answered = decode(actor, parameters(actor, 1), prompts(1, COLUMNS, ragged=True), uniform(1, COLUMNS))
    assert answered.answers.shape == (WINDOW.answer, 1, COLUMNS)


def test_the_modules_own_numbers_are_left_as_they_were():
    actor = policy()
    before = actor.network.read()
    decode(actor, parameters(actor, 1), prompts(1, COLUMNS, ragged=False), uniform(1, COLUMNS))
    assert torch.equal(actor.network.read(), before)
