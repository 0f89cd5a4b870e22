"""Pendulum-v1 where nobody is told the reward: which of two swings up better is all there is to learn from.

Anchors: those of Pendulum-v1.
"""

from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.pendulum import Pendulum
from rlbench.preferences.preparation import Recording
from rlbench.preferences.task import PreferenceTask

task = PreferenceTask(
    name="pendulum_preferences",
    control=ControlTask(
        env_id="Pendulum-v1",
        dynamics=Pendulum(),
        anchors=Anchors(random=-1231.0, solved=-200.0),
        gamma=0.95,
        observation=Scaled(by=(1.0, 1.0, 0.125)),  # the angular velocity reaches 8
        reward_scale=0.1,
    ),
    reference_level=-700.0,
    kl_coef=0.01,
    recording=Recording(segments=2_000, steps=100, temperature=20.0),
)
