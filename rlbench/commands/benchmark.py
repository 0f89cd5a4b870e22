"""Measure the benchmark itself: one question, one method on one task, one file of answers."""

from rlbench.benchmarks.memory import memory
from rlbench.benchmarks.phases import phases
from rlbench.benchmarks.settings import SETTINGS
from rlbench.benchmarks.speed import speed
from rlbench.core.validation import unknown

QUESTIONS = {"speed": speed, "memory": memory, "phases": phases}


def benchmark(question: str, method: str, task: str, rounds: int) -> None:
    """Measure, print and write `results/benchmarks/QUESTION_METHOD_TASK.json`. Raises LookupError for what is not
    known or not installed."""
    if question not in QUESTIONS:
        raise LookupError(unknown("question", question, QUESTIONS))
    known = [" on ".join(pair) for pair in SETTINGS]
    if (method, task) not in SETTINGS:
        raise LookupError(unknown("benchmark of", f"{method} on {task}", known))
    QUESTIONS[question](method, task, rounds)
