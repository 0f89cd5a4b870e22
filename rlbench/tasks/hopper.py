"""Hopper-v5: one leg that is to hop forward without falling; MuJoCo.

Anchors: the uniform random policy over 10,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.observation import Standardised
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors

task = ControlTask(
    env_id="Hopper-v5",
    anchors=Anchors(random=17.5, solved=3800.0),
    gamma=0.99,
    observation=Standardised(),
    reward_scale=0.1,  # a good step pays 3, which a discount of 0.99 adds up to 300
)
