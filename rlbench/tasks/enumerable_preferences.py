"""Words so short that all can be listed, and nobody is told the reward: what comparisons lead to at best is known.

A nat costs a learned reward of 1, which at the temperature of these comparisons is a reward of 0.1: with enough of them
a learned reward, and DPO at β = 1, lead to the same optimum as `enumerable`. Anchors: those of `enumerable`.
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
    kl_coef=1.0,
    recording=AnswerRecording(prompts=1_500, temperature=0.1),
)
