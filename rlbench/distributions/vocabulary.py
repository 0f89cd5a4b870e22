"""A choice among so many tokens that their logits are never all there at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import linear
from torch.utils.checkpoint import checkpoint

from rlbench.distributions.categorical import Categorical

LOGITS_AT_ONCE = 2**23
"""Numbers: 32 MB of them."""

Piece = tuple[slice, slice, slice]
"""Some decisions [T, S, B], all of one seed."""


@dataclass(frozen=True)
class Vocabulary:
    """The categorical distribution whose logits are hidden states times a matrix, the head, one for each seed.

    It says what `Categorical` says of these logits, some decisions after others. What a gradient needs of them is
    computed a second time on the way back, so that nothing keeps V numbers for each decision. Actions are integers
    [T, S, B].
    """

    hidden: Float[Tensor, "T S B D"]
    head: Float[Tensor, "1 S 1 V D"]
    """Of all decisions, so that no batch with it can be cut into rows."""

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return (self.hidden, self.head)

    def logp(self, action: Int[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
        return self._say(Categorical.logp, lambda piece: action[piece])

    def entropy(self) -> Float[Tensor, "T S B"]:
        return self._say(Categorical.entropy)

    def kl(self, new: "Vocabulary") -> Float[Tensor, "T S B"]:
        return self._say(Categorical.kl, new._categorical)

    def fisher(self, tangent: tuple[Tensor, ...], share: Float[Tensor, "T S B 1"] | None = None) -> tuple[Tensor, ...]:
        """The Fisher information of each decision, applied to a tangent of the parts: J'(diag p - p pᵀ)J t, where J
        is the derivative of the logits.

        The head is all decisions', and so its image is a sum over them. What each counts in either image is its
        `share`, one where nothing is said.
        """
        d_hidden, d_head = tangent
        shares = torch.ones_like(self.hidden[..., :1]) if share is None else share
        image, summed = torch.empty_like(self.hidden), torch.zeros_like(self.head)
        for piece in self._pieces():
            h, weight = self.hidden[piece], _of_seed(self.head, piece)
            moved = linear(d_hidden[piece], weight) + linear(h, _of_seed(d_head, piece))
            (curved,) = self._categorical(piece).fisher((moved,))
            curved = shares[piece] * curved
            image[piece] = curved @ weight
            _of_seed(summed, piece).addmm_(curved.flatten(0, 2).T, h.flatten(0, 2))
        return image, summed

    def _say(self, say: Callable[..., Tensor], given: Callable[[Piece], Any] | None = None) -> Float[Tensor, "T S B"]:
        """What is said of each decision's distribution, given something else of the same decision."""

        def of(piece: Piece) -> Tensor:
            return say(self._categorical(piece), *(() if given is None else (given(piece),)))

        said = torch.empty_like(self.hidden[..., 0])
        for piece in self._pieces():
            said[piece] = checkpoint(of, piece, use_reentrant=False, preserve_rng_state=False)
        return said

    def _categorical(self, piece: Piece) -> Categorical:
        return Categorical(linear(self.hidden[piece], _of_seed(self.head, piece)))

    def _pieces(self) -> Iterator[Piece]:
        """All decisions, no more at a time than the logits allow."""
        steps, seeds, streams = self.hidden.shape[:3]
        decisions = max(1, LOGITS_AT_ONCE // self.head.shape[3])
        height, width = max(1, decisions // streams), min(streams, decisions)
        for seed in range(seeds):
            for t in range(0, steps, height):
                for b in range(0, streams, width):
                    yield slice(t, t + height), slice(seed, seed + 1), slice(b, b + width)


def _of_seed(head: Float[Tensor, "1 S 1 V D"], piece: Piece) -> Float[Tensor, "V D"]:
    """The matrix of the seed that these decisions are of."""
    return head[0, piece[1].start, 0]
