"""Train a language model with rlbench and print what it took:
`python -m rlbench.benchmarks.language_ours METHOD STEPS FOLDER`."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from rlbench.benchmarks.language_settings import KL_COEF, LANGUAGE, METHODS, recorded, speech_of
from rlbench.core.noise import Noise
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.engine.eager import Eager
from rlbench.language.answering import Answered, Answering
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.policy import LanguagePolicy
from rlbench.language.preference_session import LanguagePreferenceSession
from rlbench.language.pretrained import Pretrained
from rlbench.language.session import LanguageSession
from rlbench.language.signal import LearnedReward, Signal
from rlbench.language.value_model import LanguageCritic, LanguageReward
from rlbench.loops.cost import Meter
from rlbench.loops.episodes import by_length
from rlbench.loops.learner import Learner

WARM_UP = 2
"""Steps before the clock counts."""


@dataclass(frozen=True)
class WatchedAnswering(Answering):
    """Counts the seconds of answering: tokens of the prompts, generation, texts of the answers, their judge."""

    def answer(self, *asked: Any, **settings: Any) -> Answered:
        start = time.process_time()
        answered = super().answer(*asked, **settings)
        DECODING.append(time.process_time() - start)
        return answered


DECODING: list[float] = []


def main(method: str, steps: int, folder: Path) -> dict[str, Any]:
    """CPU-seconds of each step after the warm-up, by what they went into, and the process's memory."""
    torch.set_num_threads(1)
    meter, asked, noise = Meter(), METHODS[method], Noise([0])
    session = _session(asked, folder, noise)
    learner = Learner(asked, session, noise, Eager(), "cpu")
    spent = [_step(session, learner, iteration) for iteration in range(WARM_UP + steps)][WARM_UP:]
    return {
        "step_cpu_s": [sum(phases.values()) for phases, _ in spent],
        "phases": {name: [phases[name] for phases, _ in spent] for name in spent[0][0]},
        "tokens": [tokens for _, tokens in spent],
        "peak_rss_mb": meter.record()["peak_rss_mb"],
    }


def _step(session: LanguageSession, learner: Learner, iteration: int) -> tuple[dict[str, float], int]:
    """One batch and one step, as training does it: seconds by what they went into, and tokens of the answers."""
    DECODING.clear()
    start = time.process_time()
    experience = session.collect(learner.theta, iteration, [0])
    collected = time.process_time()
    decisions, where = experience.decisions, experience.positions
    whole = isinstance(learner.method.rollout, Episodes)
    for part, positions in by_length(decisions, where) if whole else [(decisions, where)]:
        learner.learn(part, positions, 1.0, iteration)
    decode = sum(DECODING)
    phases = {"decode": decode, "score": collected - start - decode, "update": time.process_time() - collected}
    return phases, int(experience.used.sum())


def _session(method: Any, folder: Path, noise: Noise) -> LanguageSession:
    """A session as a task opens it, on the model in this folder."""
    model, speech = Pretrained(folder), speech_of(folder)
    parts = {
        "answering": WatchedAnswering(LanguagePolicy(model.policy(), speech.window), LANGUAGE, speech),
        "critic": LanguageCritic(model.scalar(), speech.window),
        "noise": noise,
        "rollout": method.rollout,
        "signal": Signal(0.0 if "reference" in method.needs else KL_COEF),
        "episodes": 1,
    }
    if not isinstance(method.rollout, Comparisons):
        return LanguageSession(**parts)
    inputs = recorded(speech)
    rank, nothing = torch.arange(inputs.shape[1]) % 2, torch.zeros(0)
    comparisons = AnswerComparisons(speech.window, inputs, rank, inputs[:, :0], nothing)
    reward = LanguageReward(model.scalar(), speech.window)
    return LanguagePreferenceSession(comparisons, LearnedReward(reward, reward.network.read()), **parts)


if __name__ == "__main__":
    name, number, path = sys.argv[1:]
    print(json.dumps(main(name, int(number), Path(path))))
