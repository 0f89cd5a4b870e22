"""Losses and gradients against those of TRL's own trainers, on the same model and the same batch.

As an extra: TRL is no dependency.
"""

import importlib.util
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.algo.kl_estimate import k3
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.pretrained import Pretrained
from rlbench.language.reward_fitting import AnswerRanking
from rlbench.language.value_model import LanguageReward
from rlbench.language.window import Window
from rlbench.loops.preference_problem import PreferenceProblem
from rlbench.loops.problems import PolicyProblem
from rlbench.methods.dpo import DPO
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from tests.language import trl_trainers as trl
from tests.language.trl_trainers import ANSWER_TOKENS, ANSWERS, BETA, CLIP, GROUP, Ours, flat, in_double

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("trl") is None,
        reason="trl is installed for comparisons only: pip install -e '.[peers]'",
    ),
    pytest.mark.filterwarnings("ignore"),  # TRL reaches for what its own dependencies have deprecated
]
PAD, END = 0, 1


def assert_agree(found: tuple[float, Tensor], theirs: tuple[float, Tensor]) -> None:
    """To 1e-6, a gradient measured in its own length."""
    assert found[0] == pytest.approx(theirs[0], abs=1e-6)
    assert float(theirs[1].norm()) > 1e-2
    assert float((found[1] - theirs[1]).norm() / theirs[1].norm()) < 1e-6


def our_loss(problem: Any, theta: Tensor) -> tuple[float, Tensor]:
    """What an update rule would go down, with its derivatives."""
    x = theta.clone().requires_grad_()
    loss = -problem.objective(x, problem.take(None), torch.tensor(problem.hyper_values).unbind()).sum()
    loss.backward()
    assert x.grad is not None
    return float(loss.detach()), x.grad


# DPO


@pytest.fixture
def preferred(tmp_path):
    """A policy that has left the reference, the reference, and TRL's batch of pairs; what TRL says of it."""
    model = trl.tiny_model(tmp_path / "model")
    trainer = trl.dpo_trainer(model, tmp_path)
    reference = Ours.of(model, trainer.model, pair_window())
    trl.move(trainer.model, spread=0.05, seed=1)
    policy = Ours.of(model, trainer.model, pair_window())
    batch = trl.collated(trainer)
    loss, gradient = trl.loss_and_gradient(trainer, batch)
    return policy, reference, batch, (loss, flat(policy.policy.network, gradient))


def pair_window() -> Window:
    longest = max(len(answer) for _, *pair in trl.PAIRS for answer in pair)
    return Window(max(len(prompt) for prompt, *_ in trl.PAIRS), longest + 1, PAD, END)


def pairs(batch: dict[str, Tensor]) -> Tensor:
    """TRL's rows as our columns [I, 1, 2 N]: preferred answers and the others in turns, prompts to the right."""
    window, rows = (
        pair_window(),
        zip(batch["input_ids"], batch["attention_mask"], batch["completion_mask"], strict=True),
    )
    halves = [(row[(seen == 1) & (said == 0)].tolist(), row[said == 1].tolist()) for row, seen, said in rows]
    side_by_side = [
        half for pair in zip(halves[: len(trl.PAIRS)], halves[len(trl.PAIRS) :], strict=True) for half in pair
    ]
    prompts, answers = zip(*side_by_side, strict=True)
    return torch.cat((window.prompts(prompts), window.answers(answers)))[:, None]


def recorded(policy: Any, theta: Tensor, inputs: Tensor) -> Decisions:
    """Answers with what these parameters say of them as the reference's log-probabilities."""
    action = inputs[policy.window.prompt :]
    nothing, mask = torch.zeros(action.shape), policy.window.mask(action)
    d = Decisions(inputs, action, nothing, nothing, mask, nothing, nothing)
    with torch.no_grad():
        return replace(d, ref_logp=policy.evaluate(theta, d).logp)


def test_dpo_is_trls(preferred):
    policy, reference, batch, theirs = preferred
    decisions = recorded(reference.policy, reference.theta, pairs(batch))
    assert torch.equal(decisions.mask.sum((0, 1)).view(-1, 2).T.flatten(), batch["completion_mask"].sum(1).float())
    problem = PreferenceProblem(policy.policy.evaluate, DPO(beta=BETA), decisions, answers=2)
    assert_agree(our_loss(problem, policy.theta), theirs)


# GRPO and Dr. GRPO


class Generated:
    """A GRPO trainer's own batch, and its model moved so far that ratios are clipped on either side."""

    def __init__(self, tmp_path, **settings):
        model = trl.tiny_model(tmp_path / "model")
        self.trainer = trl.grpo_trainer(model, tmp_path, **settings)
        self.batch = trl.generated(self.trainer)
        self.window = Window(self.batch["prompt_ids"].shape[1], self.batch["completion_ids"].shape[1], PAD, END)
        self.old = Ours.of(model, self.trainer.model, self.window)
        trl.move(self.trainer.model, spread=0.05, seed=1)
        self.ours = Ours.of(model, self.trainer.model, self.window)
        loss, gradient = trl.loss_and_gradient(self.trainer, self.batch)
        self.theirs = loss, flat(self.ours.policy.network, gradient)

    def decisions(self) -> Decisions:
        """Our own layout of the answers and our own rewards, with TRL's log-probabilities of both kinds."""
        mask = self.batch["completion_mask"].T[:, None].float()
        answers = self.batch["completion_ids"].T[:, None].masked_fill(mask == 0, END)
        prompts = self.batch["prompt_ids"].T[:, None]
        assert torch.equal(self.window.mask(answers), mask)
        last = mask - torch.cat((mask[1:], torch.zeros_like(mask[:1])))
        tokenizer = self.trainer.processing_class
        texts = tokenizer.batch_decode(answers[:, 0].T.tolist(), skip_special_tokens=True)
        reward = last * torch.tensor(trl.worth(texts))
        old, reference = (
            self.batch[name].T[:, None] if name in self.batch else None
            for name in ("old_per_token_logps", "ref_per_token_logps")
        )
        return Decisions(torch.cat((prompts, answers)), answers, old, reward, mask, last, last, ref_logp=reference)

    def agrees_with(self, method: Any, *, share: float = 1.0) -> None:
        """TRL's loss is `share` of ours, and so is its gradient."""
        d = self.decisions()
        problem = PolicyProblem(self.ours.policy.evaluate, method, d, method.credit(d, 1.0), whole=True)
        loss, gradient = our_loss(problem, self.ours.theta)
        assert_agree((share * loss, share * gradient), self.theirs)


@pytest.fixture
def grpo(tmp_path):
    return Generated(tmp_path)


def our_grpo() -> GRPO:
    return GRPO(clip=CLIP, kl_coef=BETA, rollout=Episodes(episodes=ANSWERS, group=GROUP))


def test_log_probabilities_are_trls(grpo):
    d = grpo.decisions()
    ours = grpo.old.policy.evaluate(grpo.old.theta, d).logp * d.mask
    torch.testing.assert_close(ours.float(), d.logp, atol=1e-6, rtol=1e-6)
    assert len(grpo.batch["prompt_mask"].sum(1).unique()) > 1
    assert len(grpo.batch["completion_mask"].sum(1).unique()) > 1


def test_advantages_are_trls(grpo):
    """TRL divides by the deviation with n - 1, and adds 1e-4 to it as we do; the paper adds nothing."""
    advantage = our_grpo().credit(grpo.decisions(), 1.0).advantage[0, 0]
    torch.testing.assert_close(advantage, grpo.batch["advantages"], atol=1e-6, rtol=1e-6)


def test_grpo_is_trls(grpo):
    grpo.agrees_with(our_grpo())


def test_the_batch_asks_for_every_part_of_the_objective(grpo):
    """Ratios lie beyond either side of the clip with advantages of either sign, and the reference has been left."""
    d = grpo.decisions()
    now = grpo.ours.policy.evaluate(grpo.ours.theta, d).logp
    ratio, advantage = (now - d.logp).exp(), grpo.batch["advantages"].expand_as(now)
    for sign in (-1, 1):
        for beyond in (ratio > 1 + CLIP, ratio < 1 - CLIP):
            assert ((advantage * sign > 0) & beyond & (d.mask == 1)).any()
    assert float((k3(now, d.ref_logp) * d.mask).sum()) > 0.1


def test_trl_by_default_weighs_the_price_of_kl_by_the_ratio(tmp_path):
    """`use_bias_correction_kl`: ρ k3 where the paper has k3 alone. The difference is β times the mean of (ρ - 1) k3."""
    corrected = Generated(tmp_path, use_bias_correction_kl=True)
    d = corrected.decisions()

    class Corrected(GRPO):
        def objective(self, now, d, c):
            plain = super().objective(now, d, c)
            return plain - self.kl_coef * ((now.logp - d.logp).exp() - 1) * k3(now.logp, d.ref_logp)

    method = Corrected(clip=CLIP, kl_coef=BETA, rollout=Episodes(episodes=ANSWERS, group=GROUP))
    corrected.agrees_with(method)
    problem = PolicyProblem(corrected.ours.policy.evaluate, our_grpo(), d, our_grpo().credit(d, 1.0), whole=True)
    assert abs(our_loss(problem, corrected.ours.theta)[0] - corrected.theirs[0]) > 1e-3


def test_trls_default_loss_is_a_mean_over_tokens(tmp_path):
    """`dapo` counts every token of the batch the same, where the paper counts every answer the same."""
    dapo = Generated(tmp_path, loss_type="dapo")

    class OverTokens(GRPO):
        def credit(self, d, gamma):
            return Credit(super().credit(d, gamma).advantage, per_seed.decision_mean(d.mask))

    dapo.agrees_with(OverTokens(clip=CLIP, kl_coef=BETA, rollout=Episodes(episodes=ANSWERS, group=GROUP)))
    with pytest.raises(AssertionError):
        dapo.agrees_with(our_grpo())


def our_dr_grpo() -> DrGRPO:
    return DrGRPO(clip=CLIP, rollout=Episodes(episodes=ANSWERS, group=GROUP))


def test_dr_grpo_is_trls_up_to_a_constant(tmp_path):
    """TRL divides the sum by the tokens that there is room for, B · T, and we by those that are there."""
    found = Generated(tmp_path, loss_type="dr_grpo", scale_rewards="none", beta=0.0)
    share = float(found.batch["completion_mask"].sum()) / (ANSWERS * ANSWER_TOKENS)
    assert share < 1
    found.agrees_with(our_dr_grpo(), share=share)


def test_dr_grpo_is_trls_bnpo_without_a_deviation(tmp_path):
    Generated(tmp_path, loss_type="bnpo", scale_rewards="none", beta=0.0).agrees_with(our_dr_grpo())


# A reward model


@pytest.fixture
def compared(tmp_path):
    """Comparisons of a reward model of ours, its parameters, and what TRL says of both."""
    model = trl.tiny_model(tmp_path / "model")
    trainer = trl.reward_trainer(model, tmp_path)
    window, batch = pair_window(), trl.collated(trainer)
    reward = LanguageReward(Pretrained(model).scalar(), window)
    in_double(reward.network)
    theirs = trainer.model.state_dict()
    named = {our_name(name): weight for name, weight in theirs.items()} | {"head.bias": torch.zeros(1)}
    loss, gradient = trl.loss_and_gradient(trainer, batch)
    gradients = {our_name(name): g for name, g in gradient.items()} | {"head.bias": torch.zeros(1)}
    return reward, comparisons(batch), flat(reward.network, named), (loss, flat(reward.network, gradients))


def our_name(name: str) -> str:
    """TRL's reward model is a body called `model` and a head called `score`, which has no bias."""
    return name.replace("model.", "body.", 1).replace("score.", "head.", 1)


def comparisons(batch: dict[str, Tensor]) -> AnswerComparisons:
    """TRL's rows in our window: it does not tell prompts from answers, and a prompt is as long as we made it."""
    window, count = pair_window(), len(trl.PAIRS)
    rows = [row[seen == 1].tolist() for row, seen in zip(batch["input_ids"], batch["attention_mask"], strict=True)]
    side_by_side = [
        (row[: len(prompt)], row[len(prompt) :])
        for n, (prompt, *_) in enumerate(trl.PAIRS)
        for row in (rows[n], rows[n + count])
    ]
    prompts, answers = zip(*side_by_side, strict=True)
    inputs = torch.cat((window.prompts(prompts), window.answers(answers)))
    return AnswerComparisons(window, inputs, torch.tensor([0, 1] * count), inputs[:, :0], torch.zeros(0))


def test_the_loss_of_a_reward_model_is_trls(compared):
    reward, recorded_pairs, phi, theirs = compared
    assert_agree(our_loss(AnswerRanking(reward, recorded_pairs, 2), phi), theirs)
