"""Read a data set once: keep the records that fit a task and its model, and count those that do not, by reason.

What is too long is left out, not cut off: half an answer is none that anybody preferred.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rlbench.core.noise import Noise
from rlbench.core.supplies import Unsupplied
from rlbench.corpora.corpus import Corpus, Record
from rlbench.language.records import Recorded
from rlbench.language.speech import Speech
from rlbench.languages.split import in_split

SEED = 2**31 + 3
"""A configuration's seeds lie below this."""


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Write a task's records into the file `path`; returns how many were kept, and why others were not."""
    assert not ingredients
    task.model.check_length(task.prompt_tokens + task.answer_tokens)
    tokenizer, noise = task.model.tokenizer(), Noise([SEED])
    fitting = Fitting(task, task.speech(tokenizer))
    kept = fitting.kept(task.data.read(task.data.split, noise))
    if task.data.held_out:
        train, held_out = kept, fitting.kept(task.data.read(task.data.held_out, noise))
    else:
        train = [record for record in kept if in_split(record.prompt, "train")]
        held_out = [record for record in kept if in_split(record.prompt, "held_out")]
    counts = {"train": len(train), "held_out": len(held_out), "left_out": dict(sorted(fitting.left_out.items()))}
    if not train or not held_out:
        raise Unsupplied(f"{task.data}: too few rows fit prompt_tokens and answer_tokens: {_said(counts)}")
    Recorded(task.corpus, tuple(train), tuple(held_out)).write(path)
    return {"records": counts}


class Fitting:
    """Which records a task and its model can do with; what does not fit is counted by reason."""

    def __init__(self, task: Any, speech: Speech):
        self._task, self._speech, self._prompts = task, speech, set[str]()
        self.left_out: Counter[str] = Counter()

    def kept(self, rows: Iterable[Mapping[str, Any]]) -> list[Record]:
        """Those that fit, each prompt once. Raises Unsupplied for rows that are none of this data set."""
        records = [self._record(number, row) for number, row in enumerate(rows, 1)]
        return [record for record in records if record is not None and self._fits(record)]

    def _record(self, number: int, row: Mapping[str, Any]) -> Record | None:
        corpus: Corpus = self._task.corpus
        if absent := [name for name in corpus.columns if row.get(name) is None]:
            raise Unsupplied(
                f"{self._task.data}: row {number} has no {' and no '.join(absent)}; {type(corpus).__name__} reads "
                f"{', '.join(corpus.columns)}, and there is {', '.join(row)}"
            )
        try:
            record = corpus.record(row)
        except (ValueError, KeyError, TypeError) as error:
            raise Unsupplied(f"{self._task.data}: row {number} is none for {type(corpus).__name__}: {error}") from None
        return self._written(record) if record else self._without("nothing_to_learn")

    def _written(self, record: Record) -> Record | None:
        """With the prompt as the model's chat template has it, if that is asked for."""
        model = self._task.model
        if model.template == "plain":
            return record
        if not record.turns:
            return self._without("no_dialogue")
        prompt = model.chat(self._speech.tokenizer, record.turns)
        answers = tuple(answer.strip() for answer in record.answers)
        return Record(prompt, answers, record.scores, record.turns, record.solution)

    def _fits(self, record: Record) -> bool:
        window = self._speech.window
        [prompt], answers = self._speech.prompt_tokens([record.prompt]), self._speech.answer_tokens(record.answers)
        reasons = {
            "prompt_empty": not record.prompt.strip() or prompt[0] == window.pad,
            "prompt_too_long": len(prompt) > window.prompt,
            "answer_empty": not all(answer.strip() for answer in record.answers),
            "answer_too_long": max(map(len, answers)) >= window.answer,
            "prompt_again": record.prompt in self._prompts,
        }
        if reason := next((name for name, so in reasons.items() if so), None):
            self._without(reason)
            return False
        self._prompts.add(record.prompt)
        return True

    def _without(self, reason: str) -> None:
        self.left_out[reason] += 1


def _said(counts: dict[str, Any]) -> str:
    reasons = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts["left_out"].items())
    return f"{counts['train']} to train on and {counts['held_out']} held out, left out are {reasons or 'none'}"
