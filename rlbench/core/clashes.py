"""Settings that are each in range and do not fit together: sizes that do not divide each other."""

from collections.abc import Iterator
from typing import Any

from rlbench.core.rollout import rollout_of


def clashes(settings: dict[str, Any], task_settings: dict[str, Any]) -> Iterator[str]:
    """One sentence for each, of a method's settings and those of the task it is to run on."""
    try:
        rows = rollout_of(settings["rollout"]).rows
    except ValueError as error:
        yield f"rollout.{error}"
        return
    for rule in ("update", "critic"):
        minibatches = settings.get(rule, {}).get("minibatches", 1)
        if rows % minibatches:
            yield f"{rule}.minibatches: {minibatches} does not divide {rows} rows"
    if "recording" in task_settings:
        yield from _of_comparisons(settings, task_settings["recording"], task_settings["fitting"])


def _of_comparisons(settings: dict[str, Any], recording: dict[str, Any], fitting: dict[str, Any]) -> Iterator[str]:
    """The same for the comparisons of a preference task: of segments in a row, or of answers to each prompt."""
    unit, ranked = _ranked(recording)
    if ranked % (answers := settings["rollout"].get("answers", 1)):
        yield f"rollout.answers: {answers} does not divide {ranked} {unit}"
    yield from of_fitting(recording, fitting)


def of_fitting(recording: dict[str, Any], fitting: dict[str, Any]) -> Iterator[str]:
    """The same for a reward that is fitted to comparisons."""
    unit, ranked = _ranked(recording)
    if ranked % (answers := fitting["answers"]):
        yield f"fitting.answers: {answers} does not divide {ranked} {unit}"
    prompts = ranked * recording.get("prompts", 1) // fitting["answers"]
    if prompts % (minibatches := fitting["rule"]["minibatches"]):
        yield f"fitting.rule.minibatches: {minibatches} does not divide {prompts} prompts"


def _ranked(recording: dict[str, Any]) -> tuple[str, int]:
    """What is ranked, and how many of it."""
    unit = "segments" if "segments" in recording else "answers"
    return unit, recording[unit]
