"""A small problem with a known objective for each seed."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

P, ROWS = 6, 8


@dataclass
class Curve:
    """Maximise -Σ (theta · x - y)² · scale over rows: inputs [1, S, N, P], targets [1, S, N]. Notes what is taken."""

    inputs: Tensor
    targets: Tensor
    scale: float = 1.0
    name: str = "curve"
    taken: list[Tensor | None] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.inputs.shape[2]

    @property
    def hyper_values(self) -> tuple[float, ...]:
        return (self.scale,)

    def take(self, rows: Tensor | None) -> tuple[Tensor, ...]:
        self.taken.append(rows)
        if rows is None:
            return self.inputs, self.targets
        seeds = torch.arange(len(rows))[:, None]
        return self.inputs[:, seeds, rows], self.targets[:, seeds, rows]

    def objective(self, theta: Tensor, batch: tuple[Tensor, ...], hyper: tuple) -> Tensor:
        inputs, targets = batch
        error = (inputs * theta[None, :, None]).sum(-1) - targets
        return -(error.square() * hyper[0]).transpose(0, 1).flatten(1).sum(1)

    def of(self, seeds: slice) -> "Curve":
        """The same problem for some of the seeds."""
        return Curve(self.inputs[:, seeds].clone(), self.targets[:, seeds].clone(), self.scale)


@pytest.fixture
def curve() -> Curve:
    """Of five seeds, with gradients from well below to far above a norm of one half."""
    generator = torch.Generator().manual_seed(0)
    size = torch.tensor([0.01, 0.1, 1.0, 10.0, 0.3])[:, None]
    inputs = torch.randn(1, 5, ROWS, P, generator=generator) * size[..., None]
    return Curve(inputs, torch.randn(1, 5, ROWS, generator=generator))


@pytest.fixture
def theta() -> Tensor:
    return torch.randn(5, P, generator=torch.Generator().manual_seed(1))
