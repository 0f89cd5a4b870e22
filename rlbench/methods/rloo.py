"""RLOO: REINFORCE with the other answers to the same prompt for a baseline.

Ahmadian et al. 2024, "Back to Basics: Revisiting REINFORCE Style Optimization for Learning from Human Feedback in
LLMs", arXiv:2402.14740, section 3.3; Kool, van Hoof & Welling 2019. An episode is one action: all its decisions are
worth the same. On control a group is a set of episodes from one start state.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.leave_one_out import leave_one_out
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="RLOO", family="groups", paper=Paper("Ahmadian et al.", 2024, "arXiv:2402.14740"))
@dataclass(frozen=True, kw_only=True)
class RLOO:
    """Maximise the mean over episodes of log π(episode) · (R - mean R of its siblings): one gradient step a batch.

    The mean is taken over decisions: the same direction, shorter by the batch's mean length, which Adam hardly notices.
    """

    rollout: Episodes = Episodes(episodes=64, group=4)  # section 4: k = 2 and 4
    update: MinibatchAdam = MinibatchAdam(lr=1e-6)  # of a size for a pretrained language model

    def credit(self, d: Decisions, gamma: float) -> Credit:
        del gamma  # an episode is scored by its plain sum
        score = per_seed.episode_total(d.reward, d.mask)
        advantage = leave_one_out(score, group=self.rollout.group)
        return Credit(advantage.expand_as(d.reward), per_seed.decision_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        return now.logp * c.advantage
