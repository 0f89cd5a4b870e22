"""C19: where length is punished, a short wrong answer may pay."""

from rlbench.report.claim import Answer, Claim, not_measured
from rlbench.report.study import Study

CLAIM = Claim(19, "With penalty terms in the reward, short but wrong may pay", "GRPO: advantages and problems")


def answers(study: Study) -> list[Answer]:
    """No recorded task pays less for longer answers."""
    del study
    return [
        not_measured(
            "accuracy and share of short wrong answers, with a length penalty on all and on right answers only",
            "training on a language task with such rewards",
        )
    ]
