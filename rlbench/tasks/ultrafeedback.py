"""Instructions with four answers each, ranked by a judge's overall score, and no gold reward.

Anchors: the mean learned reward of the data set's held-out answers; one unit of log-odds above it.
"""

from rlbench.core.anchors import Anchors
from rlbench.corpora.ultrafeedback import UltraFeedback
from rlbench.language.fine_tuning import FineTuning
from rlbench.language.given_comparisons import GivenComparisons
from rlbench.language.given_data import GivenData
from rlbench.language.given_model import GivenModel
from rlbench.language.given_preference_task import GivenPreferenceTask
from rlbench.language.reward_fitting import RewardFitting
from rlbench.updates.minibatch_adam import MinibatchAdam

task = GivenPreferenceTask(
    name="ultrafeedback",
    corpus=UltraFeedback(),
    anchors=Anchors(random=0.0, solved=1.0),
    data=GivenData(hub="openbmb/UltraFeedback@40b436560ca83a8dba36114c22ab3c66e43f6d5e", split="train", rows=20_000),
    model=GivenModel(hub="SmolLM2-135M"),
    tuning=FineTuning(steps=500, texts=32, lr=5e-5),
    prompt_tokens=256,
    answer_tokens=384,
    kl_coef=0.1,
    recording=GivenComparisons(prompts=2_000, answers=4, fresh_pairs=500),
    fitting=RewardFitting(rule=MinibatchAdam(lr=2e-5, epochs=1, minibatches=200)),
)
