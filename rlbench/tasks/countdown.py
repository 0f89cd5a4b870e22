"""Sums of three digits that come to a given number and use a given digit: right or wrong, and nothing between.

Anchors: no answer right, every answer right.
"""

from rlbench.core.anchors import Anchors
from rlbench.language.imitation import Imitation
from rlbench.language.task import LanguageTask
from rlbench.languages.countdown import Countdown

task = LanguageTask(
    name="countdown",
    language=Countdown(terms=3),
    anchors=Anchors(random=0.0, solved=1.0),
    imitation=Imitation(steps=2_000, texts=128, lr=3e-3),
)
