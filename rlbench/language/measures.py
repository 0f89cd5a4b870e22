"""What there is to say of answers, one number for each seed."""

from enum import StrEnum

import numpy as np
from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.algo.kl_estimate import k1, k3
from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Metric
from rlbench.core.types import Distribution
from rlbench.language.answering import Answered

Measured = dict[StrEnum, np.ndarray]


def quality(answered: Answered) -> Measured:
    """Reward, length and rates. A length of answers of which there are none is not a number."""
    right, length = answered.right, answered.length
    rates = {AnswerMetric(name): values.mean(1) for name, values in answered.rates.items()}
    return {
        Metric.RETURN_MEAN: answered.reward.mean(1),
        Metric.LENGTH_MEAN: length.mean(1),
        AnswerMetric.RIGHT: right.mean(1),
        AnswerMetric.LENGTH_RIGHT: _mean_where(length, right == 1),
        AnswerMetric.LENGTH_WRONG: _mean_where(length, right == 0),
        **rates,
    }


def spread(answered: Answered) -> Measured:
    """How far rewards scatter within one evaluation, and how many there are."""
    count = answered.reward.shape[1]
    return {
        Metric.RETURN_SD: answered.reward.std(1, ddof=1),
        Metric.EPISODES: np.full(len(answered.reward), float(count)),
    }


def silence(answered: Answered, reward: np.ndarray, *, group: int) -> Measured:
    """Groups of siblings from which nothing can be learnt, by what they earned [S, B] before any price of KL."""
    earned, right, length = (x.reshape(len(x), -1, group) for x in (reward, answered.right, answered.length))
    silent = (earned == earned[..., :1]).all(2)
    return {
        AnswerMetric.SILENT_WRONG: (silent & (right == 0).all(2)).mean(1),
        AnswerMetric.SILENT_RIGHT: (silent & (right == 1).all(2)).mean(1),
        AnswerMetric.EFFECTIVE_PROMPTS: (~silent).sum(1).astype(float),
        AnswerMetric.WASTED_TOKENS: (length.sum(2) * silent).sum(1) / length.sum((1, 2)),
    }


def logp_gap(answered: Answered, logp: Float[Tensor, "T S B"]) -> Measured:
    """How far what generated the answers and what learns from them disagree about them."""
    return {AnswerMetric.LOGP_GAP: _numpy(per_seed.mean((answered.logp - logp).abs(), answered.mask))}


def divergence(answered: Answered, policy: Distribution, reference: Distribution) -> Measured:
    """KL(policy || reference) along sampled answers: exact over all tokens at each decision, and as estimated from
    those that were drawn."""
    exact, mask = policy.kl(reference), answered.mask
    logp, ref_logp = policy.logp(answered.answer), reference.logp(answered.answer)
    answers = {
        Metric.KL_REFERENCE_EPISODE: exact,
        AnswerMetric.KL_K1: k1(logp, ref_logp),
        AnswerMetric.KL_K3: k3(logp, ref_logp),
    }
    summed = {name: _numpy(per_seed.episode_total(x, mask).mean(1)) for name, x in answers.items()}
    return {Metric.KL_REFERENCE: _numpy(per_seed.mean(exact, mask)), **summed}


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    count = chosen.sum(1)
    return np.divide((values * chosen).sum(1), count, out=np.full(len(values), np.nan), where=count > 0)


def _numpy(values: Tensor) -> np.ndarray:
    return values.detach().double().cpu().numpy()
