"""C17: many answers to one prompt cost memory and time."""

from rlbench.report.claim import Answer, Claim, not_measured
from rlbench.report.study import Study

CLAIM = Claim(17, "GRPO eats memory and time by sampling G answers", "GRPO: advantages and problems")


def answers(study: Study) -> list[Answer]:
    """Recorded runs have one size of group for each task."""
    del study
    return [
        not_measured(
            "memory and seconds for each update, and return at equal tokens, over G",
            "runs of GRPO with groups of 2, 4, 8 and 16, on a language task",
        )
    ]
