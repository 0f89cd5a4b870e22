"""A language task opened for a block of seeds: what the training loop collects from and evaluates on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.experience import Experience, no_episodes
from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Decisions
from rlbench.language.answering import Answered, Answering
from rlbench.language.decode import Choose, likeliest, sample
from rlbench.language.measures import Measured, divergence, logp_gap, quality, silence, spread
from rlbench.language.policy import LanguagePolicy
from rlbench.language.signal import Signal
from rlbench.language.value_model import LanguageCritic
from rlbench.languages.split import Split as Prompts

Gauge = Callable[[Float[Tensor, "S P"]], Measured]
"""Something else to be measured of policies, whatever they are asked."""


class LanguageSession:
    """Every seed's policy begins as the same model, which is also the reference; so does its critic's body."""

    failures: dict[int, str]
    """Position of each seed whose environment raised: none does here."""

    def __init__(
        self,
        answering: Answering,
        critic: LanguageCritic,
        noise: Noise,
        rollout: Any,
        signal: Signal,
        *,
        episodes: int,
        gauges: tuple[Gauge, ...] = (),
    ):
        self._answering, self._noise, self._rollout, self._signal = answering, noise, rollout, signal
        self._episodes, self._gauges = episodes, gauges
        self.actor: LanguagePolicy = answering.policy
        self.critic = critic
        self._reference = answering.policy.network.read()
        self.failures = {}

    def prepared(self) -> Measured:
        """What was fitted before training begins: nothing."""
        return {}

    def spent(self, tokens: np.ndarray) -> Measured:
        """What a run has cost that generated these tokens, int64 [S]."""
        return {AnswerMetric.TOKENS: tokens}

    def start(self) -> Float[Tensor, "S P"]:
        """The policies' first parameters: the model's, for every seed."""
        return self._reference.repeat(len(self._noise), 1)

    def collect(self, theta: Tensor, iteration: int, positions: list[int]) -> Experience:
        """Answers of the seeds at these positions, `group` in a row to the same prompt."""
        noise, policies = self._noise.subset(positions), theta[positions]
        shape, key = self._rollout, (Purpose.ENVIRONMENT, Purpose.ACTION)
        answered = self._answer(policies, noise, key, iteration, (shape.episodes, shape.group), "train", sample)
        old, reward = self.actor.distribution(policies, answered.inputs), self._signal.reward(answered)
        logp = old.logp(answered.answer)
        decisions = Decisions(
            inputs=answered.inputs,
            action=answered.answer,
            logp=logp,
            reward=self._signal.score(answered, reward, logp, self._reference_logp(answered)),
            mask=answered.mask,
            terminated=answered.last,
            cut=answered.last,
            old=None if self.actor.in_pieces else old,  # its head belongs to no decision: learning asks for it again
        )
        measured = self._quality(answered) | logp_gap(answered, logp)
        if shape.group > 1:
            measured |= silence(answered, reward, group=shape.group)
        used = answered.length.sum(1).astype(np.int64)
        return Experience(positions, decisions, used, no_episodes(), measured)

    def evaluate(self, theta: Tensor, index: int, positions: list[int]) -> dict[Split, Measured]:
        """Evaluation `index` of the seeds at these positions on held-out prompts, with sampled and with most likely
        tokens; how far policies are from the reference is measured along what they sampled."""
        noise, policies = self._noise.subset(positions), theta[positions]
        key, asked = (Purpose.EVALUATION_ENVIRONMENT, Purpose.EVALUATION_ACTION), (self._episodes, 1)
        sampled = self._answer(policies, noise, key, index, asked, "held_out", sample)
        likely = self._answer(policies, noise, key, index, asked, "held_out", likeliest)
        dist = self.actor.distribution(policies, sampled.inputs)
        reference = self.actor.distribution(self._references(theta, len(positions)), sampled.inputs)
        stochastic = self._quality(sampled) | spread(sampled) | divergence(sampled, dist, reference)
        for gauge in self._gauges:
            stochastic |= gauge(policies)
        return {Split.STOCHASTIC: stochastic, Split.DETERMINISTIC: self._quality(likely) | spread(likely)}

    def _quality(self, answered: Answered) -> Measured:
        """What answers are worth, and what they seem to be worth where a reward is learned."""
        if self._signal.learned is None:
            return quality(answered)
        return quality(answered) | {Metric.PROXY_RETURN: self._signal.learned.score(answered.inputs).mean(1)}

    def _answer(
        self,
        policies: Tensor,
        noise: Noise,
        key: tuple[Purpose, Purpose],
        step: int,
        asked: tuple[int, int],
        split: Prompts,
        choose: Choose,
    ) -> Answered:
        """`asked` answers, each so many in a row to one prompt, with noise for prompts and for tokens by `key`."""
        count, group = asked
        language, window = self._answering.language, self._answering.speech.window
        drawn = [language.prompts(draw, count // group, split) for draw in noise.generators(key[0], step)]
        prompts = [[text for text in texts for _ in range(group)] for texts in drawn]
        uniform = torch.from_numpy(noise.uniform(key[1], step, (window.answer, count)))
        return self._judged(self._answering.answer(policies, prompts, uniform.transpose(0, 1), choose))

    def _judged(self, answered: Answered) -> Answered:
        """By whom these answers are judged in the end: by whoever has done so already."""
        return answered

    def _reference_logp(self, answered: Answered) -> Float[Tensor, "T S B"] | None:
        if not self._signal.kl_coef:
            return None
        references = self._references(answered.inputs, answered.inputs.shape[1])
        return self.actor.distribution(references, answered.inputs).logp(answered.answer)

    def _references(self, like: Tensor, seeds: int) -> Float[Tensor, "S P"]:
        return self._reference.to(like.device).expand(seeds, -1)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits: every answer is new, so nothing."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        assert not state
