"""`tales` where leaving the reference costs nothing: the learned reward is all there is, and can be over-optimised.

As in Gao, Schulman & Hilton 2023, arXiv:2210.10760, section 3. Anchors: those of `tales`.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.preference_task import LanguagePreferenceTask
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting
from rlbench.languages.tales import Tales
from rlbench.updates.minibatch_adam import MinibatchAdam

task = LanguagePreferenceTask(
    name="tales_unpriced",
    language=Tales(),
    anchors=Anchors(random=0.0, solved=3.14),
    imitation=Imitation(steps=600, texts=128, lr=3e-3),
    kl_coef=0.0,
    recording=AnswerRecording(prompts=5_000, temperature=1.0),
    fitting=RewardFitting(rule=MinibatchAdam(lr=5e-4, epochs=4, minibatches=100)),
)
