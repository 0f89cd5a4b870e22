"""Words so short that all can be listed, with a price for leaving the reference: the best policy of all is known.

Anchors: the reward of silence, which needs no skill; that of the whole chain, the most there is.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.task import LanguageTask
from rlbench.languages.enumerable import Enumerable

task = LanguageTask(
    name="enumerable",
    language=Enumerable(letters=4, answer_symbols=4),
    anchors=Anchors(random=0.3, solved=1.0),
    imitation=Imitation(steps=600, texts=128, lr=3e-3),
    kl_coef=0.1,
)
