"""The model that all methods of a task begin from: made of its task and nothing else, and better at it afterwards."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from rlbench.core.noise import Noise, Purpose
from rlbench.core.registry import load_task
from rlbench.language import imitation
from rlbench.language.imitation import Imitation, begin, imitate, rate
from rlbench.language.pretrained import INITIAL_SPREAD, fresh
from rlbench.language.speech import Speech
from rlbench.language.tokens import tokenizer_of
from rlbench.languages.countdown import Countdown
from tests.language import plain
from tests.language.begun import MODEL, SMALL, Begun, made
from tests.training import generators


def unmade(task):
    """A model that has imitated nothing, and the way to its tokens."""
    tokenizer = tokenizer_of(task.language)
    speech = Speech.of(task.language, tokenizer)
    model = fresh(task.imitation.config(tokenizer, speech.window.prompt + speech.window.answer))
    begin(model, Noise([imitation.SEED]))
    return model, speech


def last_loss(task) -> float:
    model, speech = unmade(task)
    return imitate(model, task.language, task.imitation, speech, Noise([imitation.SEED]))


def test_the_same_task_is_the_same_bytes_and_no_generator_is_touched(paid: Begun, tmp_path):
    before = generators()
    again = made(paid.task, tmp_path)["model"]
    assert generators() == before
    names = sorted(path.name for path in again.iterdir())
    assert "model.safetensors" in names
    assert names == sorted(path.name for path in paid.artefacts["model"].iterdir())
    assert all((again / name).read_bytes() == (paid.artefacts["model"] / name).read_bytes() for name in names)


def test_its_first_numbers_are_drawn_by_key():
    task = replace(load_task("enumerable"), **SMALL)
    model, _ = unmade(task)
    draw = Noise([imitation.SEED]).generator(imitation.SEED, Purpose.INITIALISATION, 0)
    first, *_ = model.parameters()
    np.testing.assert_array_equal(
        first.detach().numpy(), draw.normal(0, INITIAL_SPREAD, tuple(first.shape)).astype(np.float32)
    )
    assert all((x == 1).all() for x in model.parameters() if x.ndim == 1)
    spread = torch.cat([x.flatten() for x in model.parameters() if x.ndim > 1]).std().item()
    assert spread == pytest.approx(INITIAL_SPREAD, rel=0.05)


def test_the_loss_falls():
    task = replace(load_task("enumerable"), **SMALL | {"imitation": replace(MODEL, texts=64)})
    first, last = (last_loss(replace(task, imitation=replace(task.imitation, steps=n))) for n in (1, 60))
    assert first == pytest.approx(math.log(6), abs=0.1)  # six tokens, all as likely
    assert last < first - 0.3


def test_the_loss_is_of_the_answers_tokens_with_their_end_and_of_no_prompt():
    """By hand, from the model asked one answer at a time: prompts of five tokens, answers of several lengths."""
    task = replace(
        load_task("countdown"), language=Countdown(terms=3), imitation=Imitation(width=16, layers=1, heads=2)
    )
    model, speech = unmade(task)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(20 if weight.ndim > 1 else 1)
    prompts, answers = ("7|12=", "0|03=", "1|01="), ("7+9-4", "1+2", "")
    total, count = 0.0, 0
    for prompt, answer in zip(prompts, answers, strict=True):
        asked, said = speech.prompts([prompt])[:, 0].tolist(), speech.answers([answer])[:, 0].tolist()
        logits = model(torch.tensor([[*asked, *said]])).logits[0, len(asked) - 1 : -1]
        for row, token in list(zip(logits, said, strict=True))[: plain.length(said)]:
            total -= row.log_softmax(0)[token].item()
            count += 1
    assert count == 6 + 4 + 1
    assert imitation.loss(model, speech, prompts, answers).item() == pytest.approx(total / count, rel=1e-5)


def test_the_rate_rises_over_a_twentieth_and_falls_along_a_cosine():
    assert [rate(0), rate(0.025)] == [0, pytest.approx(0.5)]
    assert [rate(0.05), rate(0.525), rate(1.0)] == [1, pytest.approx(0.525), pytest.approx(0.05)]
    falling = [rate(0.05 + 0.095 * n) for n in range(11)]
    assert falling == sorted(falling, reverse=True)


def test_the_gradient_of_the_one_model_is_clipped_to_its_norm():
    model = torch.nn.Linear(3, 2)
    for size in (10.0, 0.01):
        for x in model.parameters():
            x.grad = torch.full_like(x, size)
        before = [x.grad.clone() for x in model.parameters()]
        imitation._clip(model)
        norm = math.sqrt(8) * size
        for x, old in zip(model.parameters(), before, strict=True):
            torch.testing.assert_close(x.grad, old * min(1.0, imitation.MAX_NORM / norm))
