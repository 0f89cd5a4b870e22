"""`tales` with label noise: one ranking in four is turned round before anybody learns from it.

Anchors: those of `tales`.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.preference_task import LanguagePreferenceTask
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting
from rlbench.languages.tales import Tales
from rlbench.updates.minibatch_adam import MinibatchAdam

task = LanguagePreferenceTask(
    name="tales_noise_25",
    language=Tales(),
    anchors=Anchors(random=0.0, solved=3.14),
    imitation=Imitation(steps=600, texts=128, lr=3e-3),
    kl_coef=0.1,
    recording=AnswerRecording(prompts=5_000, temperature=1.0, flipped=0.25),
    fitting=RewardFitting(rule=MinibatchAdam(lr=5e-4, epochs=4, minibatches=100)),
)
