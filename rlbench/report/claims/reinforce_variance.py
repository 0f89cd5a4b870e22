"""C2: REINFORCE samples whole returns, which is noisy, unstable and slow."""

from rlbench.report.claim import Answer, Claim, Question
from rlbench.report.evidence import collapsed, difference, geometric, normalised_final, spread_ratio, time_to_solve
from rlbench.report.look_ahead import HALF_WRONG, KINDS
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(
    2,
    "REINFORCE: high variance, unstable training, many samples needed",
    "Actor-Critic: REINFORCE, the whole reward by Monte Carlo",
)
OWN = ("reinforce", "default")
OTHERS = {"TD(0)": "actor_critic_td", "N-step": "actor_critic_nstep", "A2C": "a2c"}
"""The three actor-critics of the lecture that learn from their own samples."""
MORE, LONGER = Region(low=1.0), Region(low=0.0)
RECORDED = "needs recorded runs of both methods"


def answers(study: Study) -> list[Answer]:
    """The gradient's noise from the probe, the rest from runs: on all tasks on which both methods were run."""
    return [*_noise(study), *_spread(study), *_instability(study), *_slowness(study)]


def _noise(study: Study) -> list[Answer]:
    found = study.probes["look_ahead"]
    variance = found.set_index(["critic", "error", "estimator", "setting", "world"])["variance"].sort_index()
    # A critic that knows nothing says zero, so that the return is measured from nothing: that is REINFORCE.
    plain = variance["ignorant", 1.0, "gae", 1.0]
    return [
        Answer(
            Question(
                f"gradient variance over GAE(0.95)'s with a critic {kind}",
                "ratio, geometric mean",
                MORE,
                "above one it is noisier",
            ),
            geometric(plain / variance[critic, HALF_WRONG, "gae", 0.95]),
        )
        for critic, kind in KINDS.items()
    ]


def _spread(study: Study) -> list[Answer]:
    reason = "above one its seeds end further apart"
    return [
        Answer(
            Question(f"spread of final returns between seeds over that of {name}", "ratio of SDs", MORE, reason),
            spread_ratio(study, OWN, (method, "default"), normalised_final(study)),
            RECORDED,
        )
        for name, method in OTHERS.items()
    ]


def _instability(study: Study) -> list[Answer]:
    reason = "above zero more of its runs fall by half the task's range and stay there"
    return [
        Answer(
            Question(f"share of collapsed runs less that of {name}", "share of runs", LONGER, reason),
            difference(study, OWN, (method, "default"), collapsed(study)),
            RECORDED,
        )
        for name, method in OTHERS.items()
    ]


def _slowness(study: Study) -> list[Answer]:
    reason = "above zero it takes longer; a run that never solves its task counts with the whole budget"
    return [
        Answer(
            Question(f"time until solved less that of {name}", "share of the budget", LONGER, reason),
            difference(study, OWN, (method, "default"), time_to_solve(study)),
            RECORDED,
        )
        for name, method in OTHERS.items()
    ]
