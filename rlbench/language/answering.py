"""Ask policies for answers and have these judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.language.decode import Choose, decode, sample
from rlbench.language.policy import LanguagePolicy
from rlbench.language.speech import Speech
from rlbench.languages.language import Judging


@dataclass(frozen=True)
class Answered:
    """B answers of each of S policies, with what they are worth."""

    inputs: Int[Tensor, "I S B"]
    """Prompts and answers."""
    answer: Int[Tensor, "T S B"]
    logp: Float[Tensor, "T S B"]
    """As they were when the answers were generated."""
    mask: Float[Tensor, "T S B"]
    """One for each token that was decided upon."""
    reward: np.ndarray
    """[S, B], as are the next ones."""
    right: np.ndarray
    rates: dict[str, np.ndarray]

    @property
    def length(self) -> np.ndarray:
        """Tokens of each answer, its end counted, [S, B]."""
        return self.mask.sum(0).cpu().numpy()

    @property
    def last(self) -> Float[Tensor, "T S B"]:
        """One at the last token of each answer."""
        following = torch.cat((self.mask[1:], torch.zeros_like(self.mask[:1])))
        return self.mask - following

    def paid_at_the_end(self, reward: np.ndarray) -> Float[Tensor, "T S B"]:
        """A reward for each answer [S, B], at its last token."""
        return self.last * torch.from_numpy(reward).to(self.mask)


@dataclass(frozen=True)
class Answering:
    """A kind of policy, what it is asked, and the way between texts and tokens."""

    policy: LanguagePolicy
    language: Judging
    speech: Speech

    def answer(
        self,
        theta: Float[Tensor, "S P"],
        prompts: Sequence[Sequence[str]],
        noise: Float[Tensor, "T S B"],
        choose: Choose = sample,
    ) -> Answered:
        """One answer of each policy to each of its own prompts, [S][B]."""
        asked = torch.stack([self.speech.prompts(texts) for texts in prompts], 1).to(theta.device)
        decoded = decode(self.policy, theta, asked, noise.to(theta.device), choose)
        texts = [self.speech.texts(decoded.answers[:, seed]) for seed in range(len(theta))]
        judged = [self.language.judge(*pair) for pair in zip(prompts, texts, strict=True)]
        ended = (decoded.answers == self.speech.window.end).any(0).double().cpu().numpy()
        return Answered(
            inputs=torch.cat((asked, decoded.answers)),
            answer=decoded.answers,
            logp=decoded.logp,
            mask=self.speech.window.mask(decoded.answers),
            reward=np.stack([one.reward for one in judged]),
            right=np.stack([one.right for one in judged]),
            rates={"ended": ended} | {name: np.stack([one.rates[name] for one in judged]) for name in judged[0].rates},
        )
