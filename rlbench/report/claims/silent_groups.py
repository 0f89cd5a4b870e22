"""C16: where all of a group fare alike there is nothing to learn."""

from rlbench.report.claim import Answer, Claim, Question
from rlbench.report.evidence import exact, of_updates
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(16, "GRPO learns nothing from a group whose rewards are all equal", "GRPO: advantages and problems")
NOTHING = Question("advantage in a group of equal rewards, largest", "1", Region(high=0.0), "nothing is exactly zero")
SOMETHING = Question(
    "advantage in any other group, the largest of the group, smallest",
    "1",
    Region(low=0.1),
    "else nothing is ever learnt",
)
FORMULA = Question(
    "share of silent groups and p^G + (1 - p)^G, largest difference", "1", Region(high=1e-12), "equal up to rounding"
)
OFTEN = Question(
    "silent groups in training, GRPO",
    "share of groups",
    Region(low=0.05),
    "below one group in twenty it hardly matters",
)


def answers(study: Study) -> list[Answer]:
    """Every outcome of groups of 2 to 16 with rewards of 0 and 1, and how often it is so in training."""
    found = study.probes["silent_groups"]
    own = found[found["method"] == "GRPO"]
    return [
        Answer(NOTHING, exact(own["largest_in_silent"], "settings")),
        Answer(SOMETHING, exact(own["least_elsewhere"], "settings", largest=False)),
        Answer(FORMULA, exact((own["silent"] - own["expected"]).abs(), "settings")),
        Answer(OFTEN, of_updates(study, ("grpo", "default"), lambda runs: runs["silent_groups"]), "needs runs of GRPO"),
    ]
