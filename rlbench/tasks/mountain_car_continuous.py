"""MountainCarContinuous-v0: drive up a hill by way of the other one, 100 for arriving, throttle paid for until then.

Anchors: the uniform random policy over 10,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.mountain_car_continuous import MountainCarContinuous

task = ControlTask(
    env_id="MountainCarContinuous-v0",
    dynamics=MountainCarContinuous(),
    anchors=Anchors(random=-33.0, solved=90.0),
    gamma=0.999,  # the way up takes a hundred steps at best: what is paid at its end must still count at its start
    observation=Scaled(by=(1.0, 15.0)),  # the velocity reaches 0.07
    reward_scale=0.1,  # the goal pays 100
    log_std=0.0,  # nothing is learnt before the goal is met by chance, and with less noise it seldom is
)
