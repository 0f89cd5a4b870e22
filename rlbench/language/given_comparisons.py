"""Take comparisons as a data set has them: nobody samples answers, and nobody is asked to judge.

Where answers of one prompt have equal scores, a draw by key decides which comes first: a tie teaches nothing on the
average. Held-out pairs with equal scores are counted by no accuracy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from safetensors.torch import save_file
from torch import Tensor

from rlbench.core.atomic import replacing
from rlbench.core.noise import Noise, Purpose
from rlbench.core.ranges import Count, Pair
from rlbench.core.supplies import Unsupplied
from rlbench.corpora.corpus import Record
from rlbench.language.pretrained import Pretrained
from rlbench.language.speech import Speech

SEED = 2**31 + 4
"""A configuration's seeds lie below this."""


@dataclass(frozen=True, kw_only=True)
class GivenComparisons:
    """How many are taken, the same for every method and seed."""

    prompts: Count
    answers: Pair = 2
    """To each prompt, as many as the data set has. Pairs are parts of these rankings: whatever a method compares, it
    reads the same answers."""
    fresh_pairs: Count = 200
    """Pairs of answers to held-out prompts, that rewards and policies are measured on."""


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Write a task's comparisons into the file `path`; returns how many pairs of answers in them are ties."""
    language, asked, noise = task.spoken(ingredients), task.recording, Noise([SEED])
    speech = task.speech(Pretrained(ingredients["model"]).tokenizer())
    train = _drawn(language.train, asked.prompts, asked.answers, noise, 0, "recording.prompts")
    fresh = _drawn(language.held_out, asked.fresh_pairs, 2, noise, 1, "recording.fresh_pairs")
    score = np.array([record.scores[: asked.answers] for record in train])
    tensors = {
        "inputs": _inputs(speech, train, asked.answers),
        "rank": torch.from_numpy(ranks(score, noise).flatten()),
        "fresh.inputs": _inputs(speech, fresh, 2),
        "fresh.reward": torch.tensor([score for record in fresh for score in record.scores[:2]]),
    }
    with replacing(path) as part:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part)
    return {"ties": _ties(score)}


def ranks(score: np.ndarray, noise: Noise) -> np.ndarray:
    """The place of each answer among those to its prompt by its score [N, K], the best zero, int64."""
    [draw] = noise.generators(Purpose.DATA, 2)
    order = np.lexsort((draw.random(score.shape), -score), axis=1)
    return order.argsort(1)


def _drawn(records: Sequence[Record], count: int, answers: int, noise: Noise, step: int, name: str) -> list[Record]:
    """So many records with at least so many answers, none twice. Raises Unsupplied where there are fewer."""
    enough = [record for record in records if len(record.answers) >= answers]
    if len(enough) < count:
        raise Unsupplied(f"{name}: {count} are more than the {len(enough)} that the data set has of what fits")
    draw = noise.generator(noise.seeds[0], Purpose.DATA, step)
    return [enough[n] for n in draw.permutation(len(enough))[:count]]


def _inputs(speech: Speech, records: Sequence[Record], answers: int) -> Int[Tensor, "I N"]:
    """Each prompt with its first answers, side by side."""
    prompts = speech.prompts([record.prompt for record in records for _ in range(answers)])
    return torch.cat((prompts, speech.answers([one for record in records for one in record.answers[:answers]])))


def _ties(score: np.ndarray) -> float:
    """Share of pairs of answers to one prompt that have equal scores."""
    first, second = np.triu_indices(score.shape[1], 1)
    return float((score[:, first] == score[:, second]).mean())
