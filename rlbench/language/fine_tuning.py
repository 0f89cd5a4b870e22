"""Make the model that all methods of a task begin from: a pretrained one, tuned on a data set's preferred answers.

Ouyang et al. 2022, "Training language models to follow instructions with human feedback", arXiv:2203.02155, section
3.5, where it is the first of three steps. All its weights are tuned, none by an adapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from rlbench.core.noise import Noise
from rlbench.core.ranges import Count, Positive
from rlbench.language.imitation import SEED, imitate, loss
from rlbench.language.pretrained import save
from rlbench.language.records import Recorded, preferred
from rlbench.language.speech import Speech

HELD_OUT = 512
"""Records, at most, that the loss is measured on before and after."""
AT_ONCE = 32


@dataclass(frozen=True, kw_only=True)
class FineTuning:
    """How long, and how fast."""

    steps: Count = 300
    texts: Count = 32
    """In each step."""
    lr: Positive = 1e-4


def make(task: Any, path: Path, ingredients: Mapping[str, Path]) -> dict[str, Any]:
    """Tune a task's model into the folder `path`; returns its loss on held-out answers, nats a token."""
    tokenizer, language = task.model.tokenizer(), task.spoken(ingredients)
    speech = task.speech(tokenizer)
    model = task.model.model().requires_grad_(True)
    before = held_out_loss(model, language, speech)
    imitate(model, language, task.tuning, speech, Noise([SEED]))
    save(path, model, tokenizer)
    return {"held_out_loss_before": before, "held_out_loss": held_out_loss(model, language, speech)}


@torch.no_grad()
def held_out_loss(model: nn.Module, language: Recorded, speech: Speech) -> float:
    """Of the preferred answers, nats a token, the mean of batches of equally many answers but for the last."""
    pairs = [preferred(record) for record in language.held_out[:HELD_OUT]]
    batches = [pairs[n : n + AT_ONCE] for n in range(0, len(pairs), AT_ONCE)]
    return float(np.mean([loss(model.eval(), speech, *zip(*batch, strict=True)).item() for batch in batches]))
