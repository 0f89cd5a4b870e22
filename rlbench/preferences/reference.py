"""The reference policy on disk: one set of parameters, from which every seed of every method begins."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.atomic import replacing


def write_reference(path: Path, theta: Float[Tensor, " P"]) -> None:
    """The same parameters are always the same bytes."""
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, theta=theta.numpy())


def read_reference(path: Path, size: int) -> Float[Tensor, " P"]:
    """Raises ValueError where the file holds another number of parameters than `size`."""
    with np.load(path, allow_pickle=False) as file:
        theta = torch.from_numpy(file["theta"])
    if theta.shape != (size,):
        raise ValueError(f"{path} holds {len(theta)} parameters; a policy of this task has {size}")
    return theta
