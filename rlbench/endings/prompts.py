"""What the last policies answer to one list of prompts, the same for all runs and methods, asked more than once."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from rlbench.core.noise import Noise, Purpose
from rlbench.endings.last import Last
from rlbench.language.answer_task import AnswerTask
from rlbench.language.answering import Answering
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained

LIST = 2**31 + 2_000
"""The list is drawn with the noise of this seed: a configuration's lie below."""


def measure(task: AnswerTask, artefacts: Mapping[str, Path], last: Last, *, prompts: int, samples: int) -> pd.DataFrame:
    """A line for each run and prompt: mean and variance of the rewards of so many sampled answers.

    Held-out prompts, drawn as evaluations draw theirs, with replacement: a language may have few. Each is a draw from
    all that there are, and means over the list have what they would have over all of them for expectation.
    """
    model = Pretrained(artefacts["model"])
    speech = task.speech(model.tokenizer())
    policy = LanguagePolicy(model.policy(), speech.window, task.temperature)
    answering = Answering(policy, task.spoken(artefacts), speech)
    theta = last.policies(policy.network.read().repeat(len(last.seeds), 1))
    texts = answering.language.prompts(
        Noise([LIST]).generator(LIST, Purpose.EVALUATION_ENVIRONMENT, 0), prompts, "held_out"
    )
    asked = [text for text in texts for _ in range(samples)]
    drawn = Noise(last.seeds).uniform(Purpose.EVALUATION_ACTION, last.unseen, (speech.window.answer, len(asked)))
    answered = answering.answer(theta, [asked] * len(last.seeds), torch.from_numpy(drawn).transpose(0, 1))
    rewards = answered.reward.reshape(len(last.seeds), prompts, samples)
    return pd.DataFrame(
        {
            "seed": np.repeat(last.seeds, prompts),
            "prompt": np.tile(np.arange(prompts), len(last.seeds)),
            "text": texts * len(last.seeds),
            "reward": rewards.mean(2).ravel(),
            "variance": rewards.var(2, ddof=1).ravel(),
            "samples": samples,
        }
    )
