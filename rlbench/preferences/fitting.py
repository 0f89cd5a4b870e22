"""Fit a reward to rankings: maximise the likelihood that a Plackett-Luce model gives them.

Christiano et al. 2017, "Deep Reinforcement Learning from Human Preferences", arXiv:1706.03741, equation 1 and
section 2.2.3: a segment's score is the sum of its rewards; of two segments it is the model of Bradley & Terry.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rlbench.algo import plackett_luce
from rlbench.core.noise import Noise
from rlbench.engine.engine import Engine
from rlbench.preferences.comparisons import Comparisons
from rlbench.preferences.reward_model import RewardModel, RewardNetwork
from rlbench.updates.minibatch_adam import MinibatchAdam

ITERATION = 2**24
"""Minibatches are drawn by the same keys as those of training, which has no such iteration."""


class RankingProblem:
    """Raise the likelihood of rankings over the parameters of a reward network. A row is a prompt."""

    name = "ranking"
    hyper_values: tuple[float, ...] = ()

    def __init__(self, network: RewardNetwork, comparisons: Comparisons):
        self._network, self._answers, self.rows = network, comparisons.answers, comparisons.prompts
        x = network.encode(comparisons.inputs, comparisons.action)
        # [S·N, T·K, *]: what belongs to one prompt lies together, so that taking some prompts copies whole stretches.
        self._tables = [
            table.permute(1, 2, 0, *range(3, table.ndim)).unflatten(1, (self.rows, -1)).flatten(0, 1).contiguous()
            for table in (x, comparisons.mask)
        ]
        self._offset = torch.arange(x.shape[1])[:, None] * self.rows

    def take(self, rows: Int[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        """[S, M, K, T, *]."""
        if rows is None:
            return tuple(table.unflatten(0, (len(self._offset), -1)) for table in self._tables)
        index = (rows + self._offset).flatten()
        return tuple(table.index_select(0, index).unflatten(0, rows.shape) for table in self._tables)

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        del hyper
        x, mask = batch
        rewards = self._network.forward(theta, x.flatten(1, 3)).unflatten(1, mask.shape[1:])
        score = (rewards * mask).sum(-1)
        return plackett_luce.log_likelihood(score.permute(2, 0, 1)).contiguous().mean(1)


def fit(
    network: RewardNetwork, rule: MinibatchAdam, comparisons: Comparisons, noise: Noise, engine: Engine
) -> RewardModel:
    """A reward network for each seed, from its own first parameters by the likelihood of its own comparisons."""
    if len(noise) == 1:
        # As two equal seeds: a gradient's sums are taken in another order where there is only one.
        return fit(network, rule, comparisons.of([0, 0]), noise.subset([0, 0]), engine).of([0])
    parameters = network.start(noise)
    problem, alive = RankingProblem(network, comparisons), torch.ones(len(noise), dtype=torch.bool)
    rule.step(problem, parameters, rule.start(parameters), alive, iteration=ITERATION, noise=noise, engine=engine)
    return RewardModel(network, parameters)
