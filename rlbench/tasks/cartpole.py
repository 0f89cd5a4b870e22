"""CartPole-v1: keep a pole upright for 500 steps, one unit of reward for each."""

from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.cartpole import CartPole

task = ControlTask(
    env_id="CartPole-v1",
    dynamics=CartPole(),
    anchors=Anchors(random=22.0, solved=475.0),  # solved: Gymnasium's reward threshold
    gamma=0.99,
)
