"""Critics that are wrong to a known degree."""

from collections.abc import Callable

import torch
from torch import Tensor

from rlbench.probes.episodic import Episodic
from rlbench.probes.world import Use, generator


def noisy(policy: Episodic, number: int, error: float) -> Tensor:
    """Off by independent normal numbers at every step and state, of `error` times the size of the value itself."""
    noise = torch.from_numpy(generator(number, Use.CRITIC).standard_normal(tuple(policy.value[:-1].shape)))
    size = policy.value[:-1].square().mean().sqrt()
    return policy.value + error * size * torch.cat([noise, torch.zeros_like(noise[:1])])


def ignorant(policy: Episodic, number: int, error: float) -> Tensor:
    """Knows a share 1 - `error` of the value: at one it knows nothing, as a network does that has learnt nothing."""
    del number
    return (1 - error) * policy.value


CRITICS: dict[str, Callable[[Episodic, int, float], Tensor]] = {"noisy": noisy, "ignorant": ignorant}
