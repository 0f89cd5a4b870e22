"""C17: many answers to one prompt cost memory and time."""

import numpy as np

from rlbench.report.claim import OF_RANGE, Answer, Claim, Question, not_measured
from rlbench.report.evidence import over_seeds
from rlbench.report.other_curves import other_curves
from rlbench.report.study import Study
from rlbench.stats.setting_response import slope
from rlbench.stats.verdict import Region

CLAIM = Claim(17, "GRPO eats memory and time by sampling G answers", "GRPO: advantages and problems")
SLOPE = Question(
    "change of GRPO's final score with each doubling of G, equal steps or tokens and as many answers to an update",
    OF_RANGE,
    Region(high=-0.03),
    "about a tenth of what there is to learn over three doublings, from 2 to 16",
)


def answers(study: Study) -> list[Answer]:
    """What a larger group is worth at an equal price; seconds of runs that share a machine say nothing of the price."""
    found = other_curves(study, ("grpo", "default"), "rollout.group")
    slopes = [slope(one.scores, np.log2(one.values)) for one in found]
    return [
        Answer(SLOPE, over_seeds(slopes), "a study of the size of a group"),
        not_measured(
            "memory and seconds of an update over G, as many prompts to each",
            "a program for each G, alone on a machine: seconds and peaks of recorded runs are those of programs side "
            "by side",
        ),
    ]
