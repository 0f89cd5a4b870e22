"""A policy whose logits are made in pieces is the policy whose logits are all there."""

import pytest
import torch
from transformers import GraniteConfig, GraniteForCausalLM

from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.vocabulary import Vocabulary
from rlbench.engine.eager import Eager
from rlbench.language import policy as module
from rlbench.language.answering import Answering
from rlbench.language.flat_module import FlatModule
from rlbench.language.imitation import Imitation
from rlbench.language.policy import LanguagePolicy
from rlbench.language.session import LanguageSession
from rlbench.language.signal import Signal
from rlbench.language.speech import Speech
from rlbench.language.tokens import tokenizer_of
from rlbench.language.value_model import LanguageCritic, Scalar
from rlbench.languages.tales import Tales
from rlbench.loops.episodes import by_length
from rlbench.loops.learner import Learner
from rlbench.methods.grpo import GRPO
from rlbench.methods.ppo_clip import PPOClip
from rlbench.updates.minibatch_adam import MinibatchAdam
from tests.language.models import WINDOW, config, parameters, policy, prompts

SEEDS, COLUMNS = 2, 5


@pytest.fixture
def in_pieces(monkeypatch):
    """Every vocabulary counts as large to policies that are made from now on."""

    def large() -> None:
        monkeypatch.setattr(module, "LARGE", 0)

    return large


@pytest.mark.parametrize("ragged", [False, True], ids=["prompts of one length", "of many lengths"])
def test_it_says_the_same_with_the_same_gradients(in_pieces, ragged):
    asked = prompts(SEEDS, COLUMNS, ragged=ragged)
    inputs = torch.cat((asked, torch.arange(2, 2 + WINDOW.answer)[:, None, None].expand(-1, SEEDS, COLUMNS)))
    said = []
    for kind in (Categorical, Vocabulary):
        actor = policy(temperature=1.5)
        theta, other = parameters(actor, SEEDS).requires_grad_(), parameters(actor, SEEDS) * 0.9
        dist = actor.distribution(theta, inputs)
        assert type(dist) is kind
        answers = inputs[WINDOW.prompt :]
        numbers = (dist.logp(answers), dist.entropy(), dist.kl(actor.distribution(other, inputs)))
        said.append([*numbers, *(torch.autograd.grad(x.sum(), theta, retain_graph=True)[0] for x in numbers)])
        in_pieces()
    for mine, theirs in zip(*said, strict=True):
        torch.testing.assert_close(mine, theirs, atol=2e-5, rtol=2e-5)


def test_a_model_that_scales_its_logits_keeps_them_all(in_pieces):
    in_pieces()
    shape = {name: getattr(config(), name) for name in ("vocab_size", "hidden_size", "num_hidden_layers")}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2, "pad_token_id": 0}
    scaling = GraniteForCausalLM(GraniteConfig(**shape, **heads, intermediate_size=32, logits_scaling=3.0))
    assert not LanguagePolicy(FlatModule(scaling), WINDOW).in_pieces
    assert policy().in_pieces
    bounding = policy()
    bounding.network.module.config.final_logit_softcapping = 30.0
    assert not bounding.in_pieces


def session(method) -> LanguageSession:
    language = Tales(answer_symbols=7)
    tokenizer = tokenizer_of(language)
    speech = Speech.of(language, tokenizer)
    body = type(policy().network.module)(Imitation(width=16, layers=1, heads=2).config(tokenizer, 16))
    network = FlatModule(body)
    network.write(parameters(network, 1)[0])
    critic = LanguageCritic(FlatModule(Scalar(body.model, 16)), speech.window)
    answering = Answering(LanguagePolicy(network, speech.window), language, speech)
    return LanguageSession(answering, critic, Noise(range(SEEDS)), method.rollout, Signal(0.1), episodes=4)


RULE = MinibatchAdam(lr=1e-2, epochs=2, minibatches=2)
METHODS = {
    "grpo": GRPO(rollout=Episodes(episodes=8, group=4), update=RULE),
    "ppo_clip": PPOClip(entropy=0.01, rollout=Episodes(episodes=8), update=RULE, critic=RULE),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_learn_the_same_from_it(in_pieces, name):
    """With the divergences that are measured of a step: of the old policy nothing may have changed with the new."""
    method, learned = METHODS[name], []
    for kind in (Categorical, Vocabulary):
        opened = session(method)
        learner = Learner(method, opened, Noise(range(SEEDS)), Eager(), "cpu")
        decisions = opened.collect(learner.theta, 0, list(range(SEEDS))).decisions
        assert (decisions.old is None) == (kind is Vocabulary)
        [(part, where)] = by_length(decisions, list(range(SEEDS)))
        measured = learner.learn(part, where, 1.0, 0)
        learned.append((learner.theta, measured, opened.evaluate(learner.theta, 0, [0, 1])))
        in_pieces()
    (theta, measured, evaluated), (other, again, also) = learned
    torch.testing.assert_close(other, theta, atol=1e-5, rtol=1e-4)
    assert measured.keys() == again.keys()
    assert float(measured["kl_old_new"].min()) > 1e-3
    for metric, values in measured.items():
        torch.testing.assert_close(again[metric], values, atol=1e-4, rtol=1e-3)
    assert evaluated.keys() == also.keys()
