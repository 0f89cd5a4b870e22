"""Policies over a language whose answers can all be listed, held against the optimum under a price of KL."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.language.answering import Answering
from rlbench.language.measures import Measured
from rlbench.languages import exact
from rlbench.languages.enumerable import Enumerable


@dataclass(frozen=True)
class Listing:
    """What can be known of policies exactly, each number the mean over all prompts."""

    answering: Answering
    language: Enumerable
    reference: Float[Tensor, " P"]
    beta: float
    """The price of a nat. Where it is zero there is no optimum to speak of but the best answer itself."""

    @torch.no_grad()
    def __call__(self, theta: Float[Tensor, "S P"]) -> Measured:
        found = [self._of(self.log_probabilities(one[None])) for one in theta]
        return {name: np.array([one[name] for one in found]) for name in found[0]}

    def log_probabilities(self, theta: Float[Tensor, "1 P"]) -> np.ndarray:
        """Of every answer to every prompt, float64 [prompts, answers]."""
        policy, window = self.answering.policy, self.answering.speech.window
        inputs = self._inputs.to(theta.device)[:, None]
        answer = inputs[window.prompt :]
        logp = policy.distribution(theta, inputs).logp(answer).double() * window.mask(answer)
        return logp.sum(0).view(len(self.language.every_prompt), -1).cpu().numpy()

    def _of(self, policy: np.ndarray) -> dict[AnswerMetric, float]:
        reward, reference = self._rewards, self._reference
        each = {
            AnswerMetric.EXACT_RETURN: exact.expected_reward(policy, reward),
            AnswerMetric.EXACT_KL_REFERENCE: exact.divergence(policy, reference),
        }
        if self.beta:
            optimum = exact.optimum(reference, reward, self.beta)
            each |= {
                AnswerMetric.REGRET: exact.regret(policy, reference, reward, self.beta),
                AnswerMetric.KL_OPTIMUM: exact.divergence(policy, optimum),
                AnswerMetric.TOTAL_VARIATION_OPTIMUM: exact.total_variation(policy, optimum),
            }
        return {name: float(values.mean()) for name, values in each.items()}

    @cached_property
    def _inputs(self) -> Tensor:
        """Every prompt with every answer, [I, prompts · answers]."""
        prompts, answers = self.language.every_prompt, self.language.answers()
        speech = self.answering.speech
        pairs: Sequence[tuple[str, str]] = [(prompt, answer) for prompt in prompts for answer in answers]
        asked, said = zip(*pairs, strict=True)
        return torch.cat((speech.prompts(asked), speech.answers(said)))

    @cached_property
    def _rewards(self) -> np.ndarray:
        return self.language.rewards()

    @cached_property
    def _reference(self) -> np.ndarray:
        with torch.no_grad():
            return self.log_probabilities(self.reference[None])
