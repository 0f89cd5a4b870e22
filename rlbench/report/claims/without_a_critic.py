"""C15: GRPO has no critic, which should make it simpler and cheaper than PPO."""

from collections.abc import Callable

from rlbench.core.schema import Metric, Split
from rlbench.report.claim import Answer, Claim, Question
from rlbench.report.evidence import Series, difference, ratio_over_tasks, time_to_solve
from rlbench.report.study import Study
from rlbench.stats.verdict import Region

CLAIM = Claim(15, "GRPO drops the critic, and is simpler and cheaper than PPO", "GRPO 的优点与问题：优点")
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
    """From control runs: counts and measured costs by task, and the samples that each needs."""
    costs: dict[str, Callable[[str, Series], float]] = {
        "trainable parameters": lambda task, series: _counted(study, task, series, Metric.PARAMETERS),
        "FLOP in updates for each environment step": lambda task, series: _per_step(study, task, series),
        "CPU seconds for each environment step": lambda task, series: _measured(study, task, series, "cpu_s"),
        "peak memory of a block": lambda task, series: _peak(study, task, series),
    }
    return [
        *(
            Answer(Question(what, RATIO, CHEAPER, REASON), ratio_over_tasks(study, GRPO, PPO, cost), RECORDED)
            for what, cost in costs.items()
        ),
        Answer(TIME, difference(study, GRPO, PPO, time_to_solve(study)), RECORDED),
    ]


def _counted(study: Study, task: str, series: Series, metric: Metric) -> float:
    return float(study.cell_rows(task, *series, Split.COST, metric)["value"].mean())


def _per_step(study: Study, task: str, series: Series) -> float:
    flop, steps = (_counted(study, task, series, metric) for metric in (Metric.UPDATE_FLOP, Metric.ENV_STEPS))
    return flop / steps


def _records(study: Study, task: str, series: Series) -> list:
    cell = study.plan.cell(task, *series)
    return [block for block in study.runs.blocks if block.cell == cell]


def _measured(study: Study, task: str, series: Series, what: str) -> float:
    blocks = _records(study, task, series)
    runs = sum(len(block.seeds) for block in blocks)
    return sum(block.measured[what] for block in blocks) / runs / _counted(study, task, series, Metric.ENV_STEPS)


def _peak(study: Study, task: str, series: Series) -> float:
    return max(block.measured["peak_rss_mb"] for block in _records(study, task, series))
