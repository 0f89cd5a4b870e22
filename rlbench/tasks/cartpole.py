"""CartPole-v1: keep a pole upright for 500 steps, one unit of reward for each.

Anchors: the uniform random policy over 10,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.cartpole import CartPole

task = ControlTask(
    env_id="CartPole-v1",
    dynamics=CartPole(),
    anchors=Anchors(random=22.1, solved=475.0),
    gamma=0.99,
    offers=("action_values",),
)
