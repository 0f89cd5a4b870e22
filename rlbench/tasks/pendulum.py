"""Pendulum-v1: swing a pole up and hold it with little torque; the reward is a cost, at best near zero.

Anchors: the uniform random policy over 10,000 episodes; Gymnasium sets no threshold, so solved is within 50 of the
-150 or so that the best published agents reach.
"""

from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.pendulum import Pendulum

task = ControlTask(
    env_id="Pendulum-v1",
    dynamics=Pendulum(),
    anchors=Anchors(random=-1231.0, solved=-200.0),
    gamma=0.95,
    observation=Scaled(by=(1.0, 1.0, 0.125)),  # the angular velocity reaches 8
    reward_scale=0.1,
)
