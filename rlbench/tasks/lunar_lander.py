"""LunarLander-v3: set a lander down between two flags, three engines on or off; a crash costs 100, a landing pays 100.

Anchors: the uniform random policy over 10,000 episodes; solved is Gymnasium's reward threshold.
"""

from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors

task = ControlTask(
    env_id="LunarLander-v3",
    anchors=Anchors(random=-182.0, solved=200.0),
    gamma=0.999,  # with 0.99 hovering until the time runs out looks as good as landing
    reward_scale=0.1,  # an episode's return is between -500 and 300
    offers=("action_values",),
)
