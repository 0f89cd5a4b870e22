"""Recorded comparisons: segments of the reference's behaviour, those from one initial state ranked by a judge.

The judge is a Plackett-Luce model of the hidden returns: of two segments the first is preferred with probability
σ((R_1 - R_2) / temperature). What is kept of a comparison is the order, not the returns.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from rlbench.algo import plackett_luce
from rlbench.core.noise import Noise, Purpose
from rlbench.core.reading import reading_order
from rlbench.core.types import Decisions
from rlbench.preferences.segments import Draw, Segments


@dataclass(frozen=True)
class Comparisons:
    """The columns are segments, those of one prompt (one initial state) side by side, best first."""

    inputs: Shaped[Tensor, "T S M D"]
    action: Shaped[Tensor, "T S M *action"]
    mask: Float[Tensor, "T S M"]
    answers: int
    """Segments in each comparison."""

    @property
    def prompts(self) -> int:
        """Comparisons for each seed."""
        return self.mask.shape[2] // self.answers

    def of(self, positions: list[int]) -> "Comparisons":
        """Those of some seeds of the block."""
        return replace(self, **{name: getattr(self, name)[:, positions] for name in ("inputs", "action", "mask")})

    def order(self, noise: Noise, iteration: int, count: int) -> Int[Tensor, "S N"]:
        """Which `count` prompts each seed reads in an iteration: all in a random order, then all in another one."""
        return torch.from_numpy(reading_order(noise, iteration, count, self.prompts))

    def decisions(self, positions: list[int], prompts: Int[Tensor, "S N"]) -> Decisions:
        """These prompts of the seeds at these positions. No reward is known of them."""
        columns = (prompts[..., None] * self.answers + torch.arange(self.answers)).flatten(1)
        seeds = torch.tensor(positions)[:, None]
        # Contiguous, as every tensor that a compiled graph is given.
        inputs, action, mask = (x[:, seeds, columns].contiguous() for x in (self.inputs, self.action, self.mask))
        nothing = torch.zeros_like(mask)
        return Decisions(inputs, action, nothing, nothing, mask, nothing, nothing)


def compare(segments: Segments, noise: Noise, *, answers: int, temperature: float) -> Comparisons:
    """Rank every `answers` segments in a row by their hidden returns."""
    uniform = torch.from_numpy(noise.uniform(Purpose.DATA, Draw.RANKS, segments.returns.shape[1:], np.float64))
    gumbel = -(-uniform.log()).log()
    score = torch.from_numpy(segments.returns) / temperature
    ranks = plackett_luce.draw(*(x.unflatten(1, (-1, answers)).permute(2, 0, 1) for x in (score, gumbel)))
    first = torch.arange(0, score.shape[1], answers)
    columns = (first + ranks).permute(1, 2, 0).flatten(1)
    seeds = torch.arange(len(score))[:, None]
    inputs, action, mask = (torch.from_numpy(x) for x in (segments.inputs, segments.action, segments.mask))
    return Comparisons(*(x[:, seeds, columns] for x in (inputs, action, mask)), answers=answers)
