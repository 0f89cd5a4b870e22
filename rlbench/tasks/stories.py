"""Stories to be gone on with happily, from the sentiment of which a judge prefers one continuation to another.

Anchors: the sentiment of words that express none; the most there is.
"""

from rlbench.core.anchors import Anchors
from rlbench.corpora.stories import Stories
from rlbench.language.fine_tuning import FineTuning
from rlbench.language.given_data import GivenData
from rlbench.language.given_model import GivenModel
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting
from rlbench.language.sampled_preference_task import SampledPreferenceTask
from rlbench.updates.minibatch_adam import MinibatchAdam

task = SampledPreferenceTask(
    name="stories",
    corpus=Stories(),
    anchors=Anchors(random=0.0, solved=1.0),
    data=GivenData(hub="roneneldan/TinyStories@f54c09fd23315a6f9c86f9dc80f725de7d8f9c64", split="train", rows=20_000),
    model=GivenModel(hub="SmolLM2-135M"),
    tuning=FineTuning(steps=500, texts=32, lr=5e-5),
    prompt_tokens=64,
    answer_tokens=96,
    kl_coef=0.1,
    recording=AnswerRecording(prompts=1_500, temperature=0.2),
    fitting=RewardFitting(rule=MinibatchAdam(lr=1e-4, epochs=2, minibatches=50)),
)
