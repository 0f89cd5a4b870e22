"""Is the tilted reference the optimum, does its constant cancel in the losses, and is a ranking of two a comparison?

The optimum of E_π[r] - β KL(π || π_ref) over all policies is π_ref exp(r / β) / Z (Rafailov et al. 2023, "Direct
Preference Optimization", arXiv:2305.18290, appendix A.1). Here all answers to a prompt can be gone through.
"""

import pandas as pd
import torch
from torch import Tensor

from rlbench.core.types import Answers
from rlbench.distributions.categorical import Categorical
from rlbench.methods.dpo import DPO
from rlbench.methods.dpo_pl import DPOPlackettLuce
from rlbench.probes.world import Use, generator

PROMPTS, ANSWERS, OTHERS, BETA, RANKED = 100, 64, 100, 0.1, 4
"""Answers to each prompt, other policies that each optimum is held against, and answers in a ranking."""


def ask() -> pd.DataFrame:
    """One line per prompt. `margin`: by how much the optimum beats the best of the other policies; `value_error`: how
    far its worth is from β log Z; `constant`, `two`: the largest differences in losses that should be equal."""
    return pd.DataFrame([_line(number) for number in range(PROMPTS)])


def _line(number: int) -> dict[str, float]:
    reward, reference = (_normal(number, use, (ANSWERS,)) for use in (Use.WORLD, Use.POLICY))
    reference = reference.log_softmax(0)
    tilt = reference + reward / BETA
    constant = tilt.logsumexp(0)
    optimum = tilt - constant
    worth = _worth(optimum[None], reward, reference)
    # From policies close by to policies of their own.
    sizes = torch.logspace(-3, 1, OTHERS, dtype=tilt.dtype)[:, None]
    others = (optimum + sizes * _normal(number, Use.DIRECTION, (OTHERS, ANSWERS))).log_softmax(1)
    ranking = torch.from_numpy(generator(number, Use.CRITIC).permutation(ANSWERS)).reshape(RANKED, 1, -1)
    two = ranking[:2]
    return {
        "prompt": number,
        "margin": float(worth - _worth(others, reward, reference).max()),
        "value_error": float((worth - BETA * constant).abs()),
        "constant": max(
            _shifted(DPO(), two, tilt, optimum, reference),
            _shifted(DPOPlackettLuce(), ranking, tilt, optimum, reference),
        ),
        "two": float(
            (_loss(DPOPlackettLuce(), two, optimum, reference) - _loss(DPO(), two, optimum, reference)).abs().max()
        ),
    }


def _worth(policies: Tensor, reward: Tensor, reference: Tensor) -> Tensor:
    """E[r] - β KL(π || π_ref) of policies [N, Y] given by log-probabilities, [N]."""
    one = Categorical(policies[None, None])
    apart = one.kl(Categorical(reference.expand_as(policies)[None, None]))[0, 0]
    return policies.exp() @ reward - BETA * apart


def _loss(method: DPO | DPOPlackettLuce, ranking: Tensor, policy: Tensor, reference: Tensor) -> Tensor:
    length = torch.ones(ranking.shape, dtype=policy.dtype)
    return method.objective(Answers(policy[ranking], length), Answers(reference[ranking], length))


def _shifted(method: DPO | DPOPlackettLuce, ranking: Tensor, tilt: Tensor, optimum: Tensor, reference: Tensor) -> float:
    """How far a loss moves when Z is left out."""
    return float((_loss(method, ranking, tilt, reference) - _loss(method, ranking, optimum, reference)).abs().max())


def _normal(number: int, use: Use, shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(generator(number, use).standard_normal(shape))
