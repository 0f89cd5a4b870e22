"""Dialogues that people preferred one of: helpful and harmless answers, and no gold reward.

Anchors: the mean learned reward of the data set's held-out answers, of both kinds; one unit of log-odds above it.
"""

from rlbench.core.anchors import Anchors
from rlbench.corpora.hh_rlhf import HelpfulHarmless
from rlbench.language.fine_tuning import FineTuning
from rlbench.language.given_comparisons import GivenComparisons
from rlbench.language.given_data import GivenData
from rlbench.language.given_model import GivenModel
from rlbench.language.given_preference_task import GivenPreferenceTask
from rlbench.language.reward_fitting import RewardFitting
from rlbench.updates.minibatch_adam import MinibatchAdam

task = GivenPreferenceTask(
    name="hh_rlhf",
    corpus=HelpfulHarmless(),
    anchors=Anchors(random=0.0, solved=1.0),
    data=GivenData(
        hub="Anthropic/hh-rlhf@09be8c5bbc57cb3887f3a9732ad6aa7ec602a1fa", split="train", held_out="test", rows=20_000
    ),
    model=GivenModel(hub="SmolLM2-135M"),
    tuning=FineTuning(steps=500, texts=32, lr=5e-5),
    prompt_tokens=256,
    answer_tokens=128,
    kl_coef=0.1,
    recording=GivenComparisons(prompts=5_000, fresh_pairs=500),
    fitting=RewardFitting(rule=MinibatchAdam(lr=2e-5, epochs=1, minibatches=250)),
)
