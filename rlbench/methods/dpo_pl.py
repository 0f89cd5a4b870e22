"""DPO on rankings: make the answers as likely as they were ranked, measured from the reference: no reward model.

Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
arXiv:2305.18290, appendix A.3, on the rankings of Plackett & Luce. Of two answers it is DPO.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from rlbench.algo.plackett_luce import log_likelihood
from rlbench.core.ranges import Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Comparisons
from rlbench.core.types import Answers
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="DPO, Plackett-Luce",
    family="preferences",
    paper=Paper("Rafailov et al.", 2023, "arXiv:2305.18290"),
    needs=("preferences",),
)
@dataclass(frozen=True, kw_only=True)
class DPOPlackettLuce:
    """Maximise E[Σ_k log(exp s_k / Σ_{j≥k} exp s_j)], s = β log π(y)/π_ref(y), over K answers, best first."""

    beta: Positive = 0.1  # appendix B
    rollout: Comparisons = Comparisons(prompts=32, answers=4)
    update: MinibatchAdam = MinibatchAdam(lr=1e-6)  # appendix B, with RMSprop, for a language model

    def objective(self, policy: Answers, reference: Answers) -> Float[Tensor, "S N"]:
        return log_likelihood(self.beta * (policy.logp - reference.logp))
