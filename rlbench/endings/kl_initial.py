"""How far the last policies are from those that the same runs began with, along episodes of the last ones."""

import pandas as pd

from rlbench.control.acting import Acting
from rlbench.control.evaluate import Gauge
from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.core.schema import Metric, Split
from rlbench.endings.last import Last
from rlbench.preferences.gauges import Divergence


def measure(task: ControlTask, last: Last, *, episodes: int) -> pd.DataFrame:
    """A line for each run: exact KL(last || first) in nats, per decision and summed over an episode, actions sampled.

    Raises TypeError where what policies are shown is not fixed: their parameters are then not all of them.
    """
    if not isinstance(task.observation, Scaled):
        raise TypeError(f"{task.env_id}: what policies are shown must be observations by fixed scales")
    session = task.open(Noise(last.seeds), Episodes(), episodes)
    first, everyone = session.start(), list(range(len(last.seeds)))
    beginning = Acting(session.actor, first, task.observation.open(len(everyone), session.actor.inputs))

    def gauges(acting: Acting, positions: list[int]) -> dict[Split, list[Gauge]]:
        return {Split.STOCHASTIC: [Divergence((len(positions), episodes), acting, beginning)]}

    found = session.evaluate(last.policies(first), last.unseen, everyone, gauges)[Split.STOCHASTIC]
    decision, episode = found[Metric.KL_REFERENCE], found[Metric.KL_REFERENCE_EPISODE]
    return pd.DataFrame({"seed": last.seeds, "kl_initial": decision, "kl_initial_episode": episode})
