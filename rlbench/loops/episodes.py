"""Seeds whose episodes are about equally long learn together, so that short ones need not be padded to the longest."""

import torch

from rlbench.core.types import Decisions, each_tensor

SHORTEST = 16


def by_length(d: Decisions, positions: list[int]) -> list[tuple[Decisions, list[int]]]:
    """Split the seeds of a batch of whole episodes, and cut each part after the longest episode it can hold.

    The cut is the power of two that a seed's own longest episode asks for: what a seed learns from depends on
    nobody else, and a policy that falls at once does not pay for five hundred steps that nobody took.
    """
    longest = d.mask.amax(2).sum(0).long().tolist()
    lengths = [min(max(SHORTEST, 1 << (int(length) - 1).bit_length()), len(d.mask)) for length in longest]
    parts = []
    for length in sorted(set(lengths)):
        chosen = [index for index, own in enumerate(lengths) if own == length]
        where = torch.tensor(chosen, device=d.mask.device)
        parts.append((_part(d, length, where), [positions[index] for index in chosen]))
    return parts


def _part(d: Decisions, length: int, where: torch.Tensor) -> Decisions:
    beyond = len(d.mask) - length  # cut from the end: what a language model is shown begins with prompts
    return each_tensor(d, lambda x: x[: len(x) - beyond].index_select(1, where))
