"""Words so short that all can be listed, and nobody is told the reward: what comparisons lead to at best is known.

With comparisons drawn at temperature 1, DPO at β = `kl_coef` and a reward model with that price of KL have the same
optimum as `enumerable`: the reference tilted by exp(reward / β). Anchors: those of `enumerable`.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.preference_task import LanguagePreferenceTask
from rlbench.language.recording import AnswerRecording
from rlbench.languages.enumerable import Enumerable

task = LanguagePreferenceTask(
    name="enumerable_preferences",
    language=Enumerable(letters=4, answer_symbols=4),
    anchors=Anchors(random=0.3, solved=1.0),
    imitation=Imitation(steps=600, texts=128, lr=3e-3),
    kl_coef=0.1,
    recording=AnswerRecording(prompts=1_500, temperature=1.0),
)
