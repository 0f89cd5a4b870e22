"""The action of largest value, and now and then any action at all."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True)
class EpsilonGreedy:
    """With probability 1 - ε the action of largest value, the first of equals, else one of all A at random.
    Actions are integers [T, S, B]; values are of actions, in units of return.

    Mnih et al. 2015, "Human-level Control through Deep Reinforcement Learning", doi:10.1038/nature14236, algorithm 1.
    It has no Fisher information to follow: the probabilities jump from action to action as the values change and
    are level in between.
    """

    action_values: Float[Tensor, "T S B A"]
    epsilon: Float[Tensor, "T S B 1"]

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return (self.action_values, self.epsilon)

    def logp(self, action: Int[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
        return self._probabilities().gather(-1, action[..., None])[..., 0].log()

    def entropy(self) -> Float[Tensor, "T S B"]:
        p = self._probabilities()
        return -torch.xlogy(p, p).sum(-1)

    def kl(self, new: "EpsilonGreedy") -> Float[Tensor, "T S B"]:
        """Infinite where the new one never takes an action that this one does, which needs an ε of zero."""
        p, q = self._probabilities(), new._probabilities()
        return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1)

    def value_of(self, action: Int[Tensor, "T S B"]) -> Float[Tensor, "T S B"]:
        """Q(s, a)."""
        return self.action_values.gather(-1, action[..., None])[..., 0]

    def largest_value(self) -> Float[Tensor, "T S B"]:
        """max over a of Q(s, a)."""
        return self.action_values.amax(-1)

    def _probabilities(self) -> Float[Tensor, "T S B A"]:
        actions = torch.arange(self.action_values.shape[-1], device=self.action_values.device)
        greedy = actions == self.action_values.argmax(-1, keepdim=True)
        return self.epsilon / len(actions) + (1 - self.epsilon) * greedy
