"""Measure the benchmark itself: one question, one method on one task, one file of answers."""

from rlbench.benchmarks import language_settings
from rlbench.benchmarks.language_speed import language_speed
from rlbench.benchmarks.memory import memory
from rlbench.benchmarks.phases import phases
from rlbench.benchmarks.settings import SETTINGS
from rlbench.benchmarks.speed import speed
from rlbench.core.validation import unknown

QUESTIONS = {
    "speed": (speed, SETTINGS),
    "memory": (memory, SETTINGS),
    "phases": (phases, SETTINGS),
    "language_speed": (language_speed, language_settings.SETTINGS),
}
"""Who measures, and what can be measured, by method and task; of a language model in place of a task its size."""


def benchmark(question: str, method: str, task: str, rounds: int) -> None:
    """Measure, print and write `results/benchmarks/QUESTION_METHOD_TASK.json`. Raises LookupError for what is not
    known or not installed."""
    if question not in QUESTIONS:
        raise LookupError(unknown("question", question, QUESTIONS))
    measure, settings = QUESTIONS[question]
    if (method, task) not in settings:
        raise LookupError(unknown("benchmark of", f"{method} on {task}", [" on ".join(pair) for pair in settings]))
    measure(method, task, rounds)
