"""DPO: make the preferred answer more likely than the other one, measured from the reference: no reward model.

Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
arXiv:2305.18290, equation 7, on the comparisons of Bradley & Terry.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import logsigmoid

from rlbench.core.ranges import Positive
from rlbench.core.registry import Paper, method
from rlbench.core.rollout import Comparisons
from rlbench.core.types import Answers
from rlbench.updates.minibatch_adam import MinibatchAdam


@method(
    title="DPO", family="preferences", paper=Paper("Rafailov et al.", 2023, "arXiv:2305.18290"), needs=("preferences",)
)
@dataclass(frozen=True, kw_only=True)
class DPO:
    """Maximise E[log σ(β log π(y₁)/π_ref(y₁) - β log π(y₂)/π_ref(y₂))] over pairs of which y₁ was preferred."""

    beta: Positive = 0.1  # appendix B
    rollout: Comparisons = Comparisons(prompts=64, answers=2)  # appendix B: batches of 64
    update: MinibatchAdam = MinibatchAdam(lr=1e-6)  # appendix B, with RMSprop, for a language model

    def objective(self, policy: Answers, reference: Answers) -> Float[Tensor, "S N"]:
        preferred, other = self.beta * (policy.logp - reference.logp)
        return logsigmoid(preferred - other)
