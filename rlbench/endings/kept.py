"""The parameters that a block of runs ended with, on disk for as long as nobody has measured these policies."""

from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.atomic import replacing


def keep(path: Path, theta: Float[Tensor, "S P"]) -> None:
    """Write them, whole or not at all."""
    with replacing(path) as part:
        torch.save(theta.detach().cpu().clone(), part)


def read_kept(path: Path, seeds: int) -> Float[Tensor, "S P"]:
    """Read them; runs no code from the file. Raises ValueError where they are not those of so many seeds."""
    theta = torch.load(path, map_location="cpu", weights_only=True)
    if len(theta) != seeds:
        raise ValueError(f"{path} holds the policies of {len(theta)} seeds, not of {seeds}")
    return theta
