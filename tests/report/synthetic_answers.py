"""Synthetic results of tasks whose answers are judged: every number follows from a formula that tests can use."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.needs import NEEDS
from rlbench.core.schema import Metric, Split
from tests.report.synthetic import EVALUATIONS, Builder

ANSWERS = {"anchors": {"random": 0.0, "solved": 1.0}, "budget": 40_000, "unit": "tokens", "side": "language"}
SUMS, WORDS, WORD_PREFERENCES, DIALOGUES = "sums", "words", "word-comparisons", "dialogues"
LISTED = (WORDS, WORD_PREFERENCES)
"""Of these all answers can be listed."""
LEARNED = (WORD_PREFERENCES, DIALOGUES)
"""Of these a reward is learned, and of the last one no other is known."""
METHODS = ("reinforce", "ppo_clip", "grpo", "rloo", "dpo")
SEEDS = range(5)
PRICE, WORTH = 0.1, 0.7
"""Of a nat and of the optimum, where answers can be listed."""
OFF = {"k1": 0.09, "k3": -0.2}
"""By how much estimates of KL err: one in nats, the other one in units of the KL."""
LONGEST = 6.0
BATCHES = 20
RECORDING = {"prompts": 1_500, "answers": 4, "flipped": 0.1, "fresh_pairs": 1_000}
BEGINNINGS = {"model": "a" * 16, "comparisons": "b" * 16, "reward": "c" * 16}
FOLDERS = {"model": "models", "comparisons": "comparisons", "reward": "rewards"}


def progress(method: str, seed: int, place: np.ndarray) -> np.ndarray:
    """How far on a run is at evaluation `place` of EVALUATIONS: from nothing to at most one."""
    speed = {"ppo_clip": 1.0, "grpo": 0.6, "rloo": 0.5, "reinforce": 0.4, "dpo": 0.3}[method]
    return speed * (1 - 0.02 * seed) * place / EVALUATIONS


def evaluated(task: str, done: np.ndarray) -> dict[str, np.ndarray]:
    """Everything that an evaluation with sampled tokens records, of runs that are so far on."""
    from_optimum = 4 * (1 - done)
    measured = {
        Metric.RETURN_MEAN: done**2,
        AnswerMetric.RIGHT: done,
        AnswerMetric.ENDED: 1 - 0.1 * done,
        AnswerMetric.WELL_FORMED: 0.5 + 0.5 * done,
        Metric.LENGTH_MEAN: LONGEST - done,
        AnswerMetric.LENGTH_RIGHT: np.where(done > 0, 3.0, np.nan),
        AnswerMetric.LENGTH_WRONG: LONGEST + 0 * done,
        Metric.KL_REFERENCE_EPISODE: 9 * done**2,
        AnswerMetric.KL_K1: 9 * done**2 + OFF["k1"] * done,
        AnswerMetric.KL_K3: 9 * done**2 * (1 + OFF["k3"]),
        Metric.KL_REFERENCE: done**2,
    }
    if task in LISTED:
        measured |= {
            AnswerMetric.EXACT_KL_REFERENCE: 8 * done**2,
            AnswerMetric.KL_OPTIMUM: from_optimum,
            AnswerMetric.REGRET: PRICE * from_optimum,
            AnswerMetric.TOTAL_VARIATION_OPTIMUM: 1 - done,
            AnswerMetric.EXACT_RETURN: WORTH + PRICE * (8 * done**2 - from_optimum),
        }
    if task in LEARNED:
        measured[Metric.PROXY_RETURN] = done**2 if task == DIALOGUES else 3 * done
    if task == DIALOGUES:
        measured[AnswerMetric.PREFERENCE_ACCURACY] = 0.5 + 0.2 * done
    return measured


def collected(method: str, seed: int, budget: int) -> list[tuple]:
    """What batches record: groups are all wrong at first, then all right; of a fifth more seeds say a little less."""
    rows = []
    for batch in range(1, BATCHES + 1):
        values = {AnswerMetric.LOGP_GAP: 1e-7 * (seed + 1), AnswerMetric.RIGHT: 0.5}
        if method in ("grpo", "rloo"):
            wrong, right = 0.8 - 0.8 * batch / BATCHES, (0.4 - 0.01 * seed) * batch / BATCHES
            values |= {AnswerMetric.SILENT_WRONG: wrong, AnswerMetric.SILENT_RIGHT: right}
            values |= {
                AnswerMetric.WASTED_TOKENS: wrong + right,
                AnswerMetric.EFFECTIVE_PROMPTS: 8 * (1 - wrong - right),
            }
        rows += [(seed, batch * budget // BATCHES, Split.TRAIN, metric, value) for metric, value in values.items()]
    return rows


def measured(task: str, method: str, seed: int, steps: np.ndarray) -> list[tuple]:
    """The rows of a run beside its returns."""
    done = progress(method, seed, np.arange(len(steps)))
    rows = [] if method == "dpo" else collected(method, seed, ANSWERS["budget"])
    for metric, values in evaluated(task, done).items():
        if metric != Metric.RETURN_MEAN:
            pairs = zip(steps, values, strict=True)
            rows += [(seed, int(step), Split.STOCHASTIC, metric, float(value)) for step, value in pairs]
    return rows


def curve(task: str, method: str, variant: str, seed: int, split: str, budget: int) -> tuple[np.ndarray, np.ndarray]:
    """Evaluation steps and returns, half of them with the most likely tokens."""
    steps = np.linspace(0, budget, EVALUATIONS + 1).astype(int)
    returns = evaluated(task, progress(method, seed, np.arange(EVALUATIONS + 1)))[Metric.RETURN_MEAN]
    return steps, returns if split == Split.STOCHASTIC else returns / 2


def costs(method: str, steps: int) -> dict[str, float]:
    """Tokens, and no environment steps."""
    return {
        AnswerMetric.TOKENS: steps,
        Metric.UPDATES: steps // 512,
        Metric.GRADIENT_SAMPLES: steps,
        Metric.PARAMETERS: 9_155,
        Metric.ROLLOUT_FLOP: steps * 9e3,
        Metric.UPDATE_FLOP: steps * (5e4 + len(method)),
    }


def fill_answers(builder: Builder, tasks: tuple[str, ...] = (SUMS, WORDS, WORD_PREFERENCES, DIALOGUES)) -> Path:
    """Five methods on these tasks and on one of control; a run of GRPO on sums fails half-way."""
    builder.tasks = {
        "CartPole-v1": builder.tasks["CartPole-v1"],
        **{task: ANSWERS | {"preferences": task in LEARNED} for task in tasks},
    }
    for method in METHODS[:-1]:
        builder.cell("CartPole-v1", method, SEEDS)
    builder.gap("CartPole-v1", "dpo", f"needs {NEEDS['preferences']}")
    for task in tasks:
        for method in METHODS:
            if method == "dpo" and task not in LEARNED:
                builder.gap(task, method, f"needs {NEEDS['preferences']}")
            else:
                _answering_cell(builder, task, method)
        if task in LEARNED:
            _write_records(builder.results, task)
    return builder.plan()


def _answering_cell(builder: Builder, task: str, method: str) -> None:
    shape = {"episodes": 64} | ({"group": 8} if method in ("grpo", "rloo") else {})
    learned: dict[str, Any] = {"recording": RECORDING, "fitting": {"answers": 2}} if task in LEARNED else {}
    builder.cell(
        task,
        method,
        SEEDS,
        curve=curve,
        costs=costs,
        measured=measured,
        settings={"rollout": shape},
        task_settings=learned,
        began_from=BEGINNINGS if task in LEARNED else {},
        failures={2: ("diverged", "the gradient was not finite", 20_000)} if (task, method) == (SUMS, "grpo") else {},
    )


def _write_records(results: Path, task: str) -> None:
    said = {
        "model": {},
        "comparisons": {"preferred_is_better": 0.85} if task == WORD_PREFERENCES else {"ties": 0.03},
        "reward": {"accuracy": 0.75, "correlation": 0.5},
    }
    for kind, content in said.items():
        path = results / FOLDERS[kind] / task / f"{BEGINNINGS[kind]}.record.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"kind": kind, "task": task, **content}))
