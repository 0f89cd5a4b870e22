"""CartPole-v1 where nobody is told the reward: which of two falls later is all there is to learn from.

Anchors: those of CartPole-v1.
"""

from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.envs.cartpole import CartPole
from rlbench.preferences.preparation import Recording
from rlbench.preferences.task import PreferenceTask

task = PreferenceTask(
    name="cartpole_preferences",
    control=ControlTask(
        env_id="CartPole-v1", dynamics=CartPole(), anchors=Anchors(random=22.1, solved=475.0), gamma=0.99
    ),
    reference_level=100.0,
    kl_coef=0.01,
    recording=Recording(segments=2_000, steps=200, temperature=20.0),
)
