"""A new method is a new file: write it, to be filled in."""

import keyword
import re

from rlbench.core.source import PACKAGE

TEMPLATE = '''"""{title}: say in one sentence what it does differently.

Authors year, "Title of the paper", arXiv:0000.00000, the equations used.
"""

from dataclasses import dataclass

from rlbench.algo import per_seed
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Episodes
from rlbench.core.types import Credit, Decisions, Now
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(title="{title}", family="returns", paper=Paper("Authors", {year}, "arXiv:0000.00000"))
@dataclass(frozen=True, kw_only=True)
class {name}:
    """Write down what is maximised."""

    rollout: Episodes = Episodes(episodes=16)
    update: MinibatchAdam = MinibatchAdam(lr=3e-3)

    def credit(self, d: Decisions, gamma: float) -> Credit:
        """What was each decision worth?"""
        return Credit(reward_to_go(d.reward, d.cut, gamma=gamma), per_seed.decision_mean(d.mask))

    def objective(self, now: Now, d: Decisions, c: Credit):
        """What is to be maximised?"""
        return now.logp * c.advantage
'''


def new_method(name: str) -> str:
    """Write `rlbench/methods/{name}.py` and say so. Raises ValueError for a name that cannot be or is taken."""
    from datetime import date

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ValueError(f"{name!r} cannot be a file of Python code; use lower-case words joined by _, as vine_ppo")
    path = PACKAGE / "methods" / f"{name}.py"
    words = name.split("_")
    text = TEMPLATE.format(
        title=" ".join(words).upper() if len(words) == 1 else " ".join(words).title(),
        name="".join(word.title() for word in words),
        year=date.today().year,
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ValueError(f"{path} is there already") from None
    lines = len(text.splitlines())
    relative = path.relative_to(PACKAGE.parent)
    return f"wrote {relative} ({lines} lines): fill in credit() and objective(), then: make results"
