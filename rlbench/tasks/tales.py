"""Short tales judged by a gold reward that nobody who learns is told: which of two tales is better is all there is.

Anchors: no reward, as words at random get about nothing or less; the reward of a faultless tale with an adjective of
the mood in each sentence, 2 + 1.5 tanh 1 = 3.14.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.preference_task import LanguagePreferenceTask
from rlbench.language.recording import AnswerRecording
from rlbench.language.reward_fitting import RewardFitting
from rlbench.languages.tales import Tales
from rlbench.updates.minibatch_adam import MinibatchAdam

task = LanguagePreferenceTask(
    name="tales",
    language=Tales(),
    anchors=Anchors(random=0.0, solved=3.14),
    imitation=Imitation(steps=600, texts=128, lr=3e-3),
    kl_coef=0.1,
    recording=AnswerRecording(prompts=5_000, temperature=1.0),
    fitting=RewardFitting(rule=MinibatchAdam(lr=5e-4, epochs=4, minibatches=100)),
)
