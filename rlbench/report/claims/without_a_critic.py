"""C15: GRPO has no critic, which should make it simpler and cheaper than PPO."""

from rlbench.core.schema import Metric, Split
from rlbench.report.claim import Answer, Claim, Question, not_measured
from rlbench.report.evidence import Cost, Series, difference, ratio_of_costs, time_to_solve
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(15, "GRPO drops the critic, and is simpler and cheaper than PPO", "GRPO: advantages and problems")
GRPO, PPO = ("grpo", "default"), ("ppo_clip", "default")
CHEAPER, REASON = Region(high=1.0), "below one it is the cheaper of the two, as each is set for its task"
RATIO = "GRPO over PPO-clip, geometric mean"
RECORDED = "needs recorded runs of GRPO and PPO-clip"
TIME = Question(
    "time until solved, GRPO less PPO-clip",
    "share of the budget",
    Region(high=0.0),
    "at or below zero it needs no more samples; a run that never solves its task counts with the whole budget",
)


def answers(study: Study) -> list[Answer]:
    """From runs: counts by task, and the samples that each needs. Recorded seconds and memory are of one machine's
    state, and a published table must come out of the same runs anywhere."""
    costs: dict[str, Cost] = {
        "trainable parameters": lambda task, series: _counted(study, task, series, Metric.PARAMETERS),
        "FLOP in updates for each step": lambda task, series: _per_step(study, task, series),
    }
    return [
        *(
            Answer(Question(what, RATIO, CHEAPER, REASON), ratio_of_costs(study, GRPO, PPO, cost), RECORDED)
            for what, cost in costs.items()
        ),
        Answer(TIME, difference(study, GRPO, PPO, time_to_solve(study)), RECORDED),
        not_measured("seconds and memory of an update", "interleaved rounds of both on a machine that is free"),
    ]


def _counted(study: Study, task: str, series: Series, metric: Metric) -> float:
    return float(study.cell_rows(task, *series, Split.COST, metric)["value"].mean())


def _per_step(study: Study, task: str, series: Series) -> float:
    """Of FLOP in updates; a run's counts lie at its last step, in the task's own unit."""
    counted = study.cell_rows(task, *series, Split.COST, Metric.UPDATE_FLOP)
    return float(counted["value"].mean() / counted["step"].mean())
