"""A compiled function is the function, however its arguments lie in memory."""

import pytest
import torch

from rlbench.engine.compiled import Compiled
from rlbench.engine.eager import Eager

# Inductor itself uses what torch has deprecated.
pytestmark = [pytest.mark.filterwarnings(f"ignore::{kind}") for kind in ("DeprecationWarning", "FutureWarning")]


def weighted(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, ...]:
    return (torch.tanh(x) * y).sum(-1), x - y


def test_arguments_that_are_views_are_read_as_what_they_show(tmp_path):
    x = torch.arange(24.0).view(2, 3, 4)
    views = {
        "as they lie": (x, x + 1),
        "transposed": (x.permute(2, 0, 1).contiguous().permute(1, 2, 0), x + 1),
        "one for all": (x[:1].expand(2, 3, 4), x[:, :1].expand(2, 3, 4)),
        "every other": (torch.stack((x, x), -1)[..., 0], x + 1),
    }
    compiled = Compiled(tmp_path)
    for arguments in views.values():
        for found, expected in zip(
            compiled.call("weighted", weighted, *arguments), Eager().call("weighted", weighted, *arguments), strict=True
        ):
            torch.testing.assert_close(found, expected)
