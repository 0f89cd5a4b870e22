"""Recorded comparisons of answers, read by each seed in an order of its own."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from safetensors.torch import load_file
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.reading import reading_order
from rlbench.core.types import Decisions
from rlbench.language.window import Window


@dataclass(frozen=True)
class AnswerComparisons:
    """The columns are answers, those to one prompt side by side."""

    window: Window
    inputs: Int[Tensor, "I N"]
    rank: Int[Tensor, " N"]
    """The place of each among those to its prompt, the best first."""
    fresh_inputs: Int[Tensor, "I F"]
    """Further answers, two in a row to one prompt, and what they are worth."""
    fresh_reward: Float[Tensor, " F"]

    @classmethod
    def read(cls, path: Path, window: Window) -> "AnswerComparisons":
        """From the file that `rlbench.language.recording` writes."""
        stored = load_file(path)
        return cls(window, stored["inputs"], stored["rank"], stored["fresh.inputs"], stored["fresh.reward"])

    def ranked(self, answers: int) -> Int[Tensor, "N K"]:
        """The columns of each comparison of `answers` neighbours, best first."""
        columns = torch.arange(len(self.rank)).view(-1, answers)
        return columns.gather(1, self.rank.view(-1, answers).argsort(1))

    def order(self, noise: Noise, iteration: int, count: int, answers: int) -> Int[Tensor, "S B"]:
        """The columns that each seed reads in an iteration: `count` comparisons of `answers` answers, best first."""
        ranked = self.ranked(answers)
        read = torch.from_numpy(reading_order(noise, iteration, count, len(ranked)))
        return ranked[read].flatten(1)

    def decisions(self, columns: Int[Tensor, "S B"], ref_logp: Float[Tensor, "T N"]) -> Decisions:
        """These answers. No reward is known of them; what the reference says of them is looked up."""
        inputs = self.inputs[:, columns]
        action = inputs[self.window.prompt :]
        mask = self.window.mask(action)
        nothing = torch.zeros_like(mask)
        return Decisions(inputs, action, nothing, nothing, mask, nothing, nothing, ref_logp=ref_logp[:, columns])

    @cached_property
    def labelled(self) -> int:
        """Tokens in all answers that were compared."""
        return int(self.window.mask(self.inputs[self.window.prompt :]).sum())

    def fresh_pairs(self, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Differences of a score [F] and of rewards within each fresh pair."""
        learned, hidden = (np.diff(x.reshape(-1, 2), axis=1)[:, 0] for x in (score, self.fresh_reward.numpy()))
        return learned, hidden
