"""HalfCheetah-v5: a planar two-legged body that is to run forward as fast as it can; it cannot fall; MuJoCo.

Anchors: the uniform random policy over 2,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.observation import Standardised
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors

task = ControlTask(
    env_id="HalfCheetah-v5",
    anchors=Anchors(random=-287.0, solved=4800.0),
    gamma=0.99,
    observation=Standardised(),
    reward_scale=0.1,  # a good step pays 5, which a discount of 0.99 adds up to 500
)
