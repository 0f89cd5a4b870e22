"""Rankings: the best is chosen among all, the second among the rest, and so on."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import logsigmoid


def log_likelihood(score: Float[Tensor, "K *batch"]) -> Float[Tensor, "*batch"]:
    """Log-probability that K answers are ranked in the order given, best first: Σ_k [s_k - log Σ_{j≥k} exp s_j].

    Plackett 1975, "The Analysis of Permutations", doi:10.2307/2346567; Luce 1959, "Individual Choice Behavior";
    Rafailov et al. 2023, "Direct Preference Optimization", arXiv:2305.18290, appendix A.3. Of two answers it is
    log σ(s_1 - s_2), the model of Bradley & Terry.
    """
    rest = score[-1]
    total = torch.zeros_like(rest)
    for one in reversed(score[:-1].unbind()):
        # That this one comes before all the rest is a comparison of two; then it joins them.
        first = logsigmoid(one - rest)
        total = total + first
        rest = one - first
    return total


def draw(score: Float[Tensor, "K *batch"], gumbel: Float[Tensor, "K *batch"]) -> Int[Tensor, "K *batch"]:
    """Which answer comes first, second, …: a ranking from the model, by standard Gumbel noise on each score.

    Yellott 1977, "The Relationship between Luce's Choice Axiom, Thurstone's Theory of Comparative Judgment, and the
    Double Exponential Distribution", doi:10.1016/0022-2496(77)90026-8.
    """
    return (score + gumbel).argsort(dim=0, descending=True, stable=True)
