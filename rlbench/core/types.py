"""The nouns that every room shares.

Axes: T step or token, I what is shown of them, S seed, B stream or answer, N row, P parameter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Protocol, runtime_checkable

from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from rlbench.core.schema import Metric


@runtime_checkable
class Distribution(Protocol):
    """A policy's answer for a batch of decisions: one distribution over actions for each."""

    @property
    def parts(self) -> tuple[Tensor, ...]:
        """What it is made of, each [T, S, B, *]; `type(d)(*d.parts)` is the same distribution again."""
        ...

    def logp(self, action: Tensor) -> Float[Tensor, "T S B"]:
        """Natural logarithm of the probability (density) of each action, summed over its dimensions."""
        ...

    def entropy(self) -> Float[Tensor, "T S B"]:
        """Exact entropy in nats."""
        ...

    def kl(self, new: Any) -> Float[Tensor, "T S B"]:
        """Exact KL(self || new) in nats."""
        ...


@runtime_checkable
class Curved(Distribution, Protocol):
    """A distribution whose Fisher information is known."""

    def fisher(self, tangent: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """The Fisher information of each decision, in the space of `parts`, times a tangent of the same shapes."""
        ...


@dataclass(frozen=True)
class Decisions:
    """What was done and what came of it: the same object for a control task and for a language model."""

    inputs: Shaped[Tensor, "I S B *input"]
    """What each decision was shown; of a language model prompts and answers, T of which are decisions."""
    action: Shaped[Tensor, "T S B *action"]
    logp: Float[Tensor, "T S B"]
    """Log-probability of the action under the policy that took it."""
    reward: Float[Tensor, "T S B"]
    mask: Float[Tensor, "T S B"]
    """One where a decision was taken, zero where an episode had already ended."""
    terminated: Float[Tensor, "T S B"]
    """One where the state after the decision is final: its value is zero."""
    cut: Float[Tensor, "T S B"]
    """One where the episode ends here, terminated or cut off by a time limit: sums stop."""
    next_inputs: Shaped[Tensor, "T S B *input"] | None = None
    """What the state after each decision looks like, also where the episode ended there; None where every episode is
    whole and ends in a final state."""
    old: Distribution | None = None
    """The whole distribution that each action was drawn from."""
    value: Float[Tensor, "T S B"] | Any = None
    """What the critic expected of the state; None unless the method needs a critic, as are the next two."""
    next_value: Float[Tensor, "T S B"] | Any = None
    target: Float[Tensor, "T S B"] | Any = None
    """What the critic was asked to say."""
    ref_logp: Float[Tensor, "T S B"] | Any = None
    """Log-probability under the reference policy; None unless the method needs a reference."""


def each_tensor(d: Decisions, change: Callable[[Tensor], Tensor]) -> Decisions:
    """The same decisions with every tensor changed in one way, also those inside a distribution."""
    changed = {}
    for f in fields(d):
        value = getattr(d, f.name)
        if isinstance(value, Tensor):
            changed[f.name] = change(value)
        elif value is not None:
            changed[f.name] = type(value)(*map(change, value.parts))
    return replace(d, **changed)


@dataclass(frozen=True)
class Now:
    """What the parameters being optimised say of the same decisions."""

    logp: Float[Tensor, "T S B"]
    dist: Any
    """The `Distribution` of each."""


@dataclass(frozen=True)
class Credit:
    """What each decision was worth. `weight` sums to one for each seed over the whole batch."""

    advantage: Float[Tensor, "T S B"]
    weight: Float[Tensor, "T S B"]
    target: Float[Tensor, "T S B"] | None = None
    """What the critic (or the network of action values) should have said."""
    beta: Float[Tensor, " S"] | None = None
    """The method's own coefficient where it has one that changes as it learns; set by the loop, see `Adaptive`."""


@runtime_checkable
class Method(Protocol):
    """A method of the benchmark: a frozen dataclass whose fields are its hyperparameters."""

    def credit(self, d: Decisions, gamma: float) -> Credit:
        """Say what each decision was worth. No gradient flows through this; gamma is the task's."""
        ...

    def objective(self, now: Now, d: Decisions, c: Credit) -> Float[Tensor, "T S B"]:
        """What to maximise, decision by decision, unreduced."""
        ...


@runtime_checkable
class Adaptive(Protocol):
    """A method with a coefficient for each seed that changes after each update."""

    beta: float
    """What it is at first."""

    def adapt(self, beta: Float[Tensor, " S"], kl: Float[Tensor, " S"]) -> Float[Tensor, " S"]:
        """What it is after an update that moved the policies by KL(old || new), in nats for each decision."""
        ...


@runtime_checkable
class Measuring(Protocol):
    """A method that records something of its own after each update."""

    measures: ClassVar[tuple[Metric, ...]]
    """What these are."""

    def measure(self, now: Now, d: Decisions) -> tuple[Float[Tensor, " S"], ...]:
        """One number for each seed and each of `measures`, of the new policy on the update's own batch."""
        ...


@dataclass(frozen=True)
class Answers:
    """K answers to each of N prompts, or K segments from each of N initial states, best first."""

    logp: Float[Tensor, "K S N"]
    """Log-probability of the whole answer: the sum over its decisions."""
    length: Float[Tensor, "K S N"]
    """Decisions in each answer."""


@runtime_checkable
class Preference(Protocol):
    """A method that learns from comparisons of answers instead of rewards."""

    def objective(self, policy: Answers, reference: Answers) -> Float[Tensor, "S N"]:
        """What to maximise, prompt by prompt, unreduced."""
        ...


@runtime_checkable
class Problem(Protocol):
    """All that an update rule sees: rows to take and an objective to raise, for S seeds at once."""

    name: str
    """What is being solved for; within one run a name stands for one graph."""
    rows: int
    """Rows for each seed, the unit of a minibatch."""

    def take(self, rows: Shaped[Tensor, "S M"] | None) -> tuple[Tensor, ...]:
        """These rows of the batch, or all of it."""
        ...

    def objective(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...], hyper: tuple) -> Float[Tensor, " S"]:
        """Pure function of its arguments, one number a seed; `hyper` replaces the values of `hyper_values`."""
        ...

    @property
    def hyper_values(self) -> tuple[float, ...]:
        """The numbers that may change without a new graph: clip ranges, coefficients."""
        ...


@runtime_checkable
class CurvedProblem(Problem, Protocol):
    """A problem whose parameters have a metric: how far apart two of them are as policies."""

    def divergence(
        self, theta: Float[Tensor, "S P"], new: Float[Tensor, "S P"], batch: tuple[Tensor, ...]
    ) -> Float[Tensor, " S"]:
        """KL(policy at theta || policy at new), mean over the decisions of the batch."""
        ...

    def fisher(self, theta: Float[Tensor, "S P"], batch: tuple[Tensor, ...]) -> Callable[[Tensor], Tensor]:
        """The Fisher information of the policies at theta, mean over the batch: a product with a vector [S, P]."""
        ...


@dataclass(frozen=True)
class Step:
    """What an update rule did: which seeds are still finite, and how much work it was for each."""

    alive: Bool[Tensor, " S"]
    updates: int
    """Times that the parameters changed."""
    passes: int
    """Times that a gradient was taken over the whole batch."""
    measured: dict[Metric, Float[Tensor, " S"]] = field(default_factory=dict)
    """What the rule has to say of the step."""
