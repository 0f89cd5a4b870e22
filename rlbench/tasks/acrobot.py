"""Acrobot-v1: swing a two-link arm above a line, one unit of reward lost for each step until then.

Anchors: the uniform random policy over 10,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.acrobot import Acrobot

task = ControlTask(
    env_id="Acrobot-v1",
    dynamics=Acrobot(),
    anchors=Anchors(random=-499.0, solved=-100.0),
    gamma=0.99,
    observation=Scaled(by=(1.0, 1.0, 1.0, 1.0, 0.25, 0.125)),  # angular velocities reach 4π and 9π
    offers=("action_values",),
)
