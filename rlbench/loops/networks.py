"""What learning asks of the networks that a session brings."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from rlbench.core.types import Decisions, Now
from rlbench.nets.layout import Layout


@runtime_checkable
class Actor(Protocol):
    """A policy as a pure function of its flat parameters."""

    stacked: ClassVar[bool]
    """Whether the products of all seeds are taken together, so that what rounds one may depend on their number."""

    @property
    def layout(self) -> Layout: ...

    @property
    def kind(self) -> Callable[..., Any]:
        """The type of its distributions, made from their parts."""
        ...

    def distribution(self, theta: Float[Tensor, "S P"], inputs: Tensor) -> Any: ...

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now: ...


@runtime_checkable
class Critic(Protocol):
    """A value function as a pure function of its flat parameters."""

    @property
    def layout(self) -> Layout: ...

    def evaluate(self, phi: Float[Tensor, "S P"], inputs: Tensor) -> Float[Tensor, "T S B"]: ...
