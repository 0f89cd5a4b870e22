"""Critics fitted to a policy that stays as it is, and then asked."""

from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.algo import per_seed
from rlbench.core.noise import Noise
from rlbench.core.types import Credit, Decisions, each_tensor
from rlbench.engine.eager import Eager
from rlbench.gradients.frozen import Frozen
from rlbench.loops.problems import CriticProblem
from rlbench.methods.a2c import A2C
from rlbench.methods.reinforce_baseline import ReinforceBaseline
from rlbench.updates.minibatch_adam import MinibatchAdam

STEPS = ((1e-3, 40), (3e-4, 20))
"""Step size, and rollouts that are learned from with it."""
EPOCHS, MINIBATCHES = 4, 8


def judged(session: Any, phi: Float[Tensor, " P"], d: Decisions) -> Decisions:
    """Whole episodes with what a critic says of the states before and after each decision.

    A state after one is the state before the next. Nobody goes on but where a time limit cuts all episodes that are
    left, after the last decision; a final state has no value.
    """
    shown = d.inputs if d.next_inputs is None else torch.cat((d.inputs, d.next_inputs[-1:]))
    with torch.no_grad():
        value = session.critic.evaluate(phi.expand(d.mask.shape[1], -1), shown)
    count = len(d.mask)
    beyond = value[count:] if len(value) > count else torch.zeros_like(value[:1])
    return replace(d, value=value[:count], next_value=torch.cat((value[1:count], beyond)))


def fitted(frozen: Frozen, session: Any, seed: int, *, discounted: bool) -> Float[Tensor, " P"]:
    """A critic of the task's kind, fitted to what `session`, opened for one seed, collects.

    Its targets are those of the methods that it is to serve, see `teacher`.
    """
    noise, engine = Noise([seed]), Eager()
    phi, iteration = session.critic.start(noise), 0
    alive = torch.ones(1, dtype=torch.bool)
    state = MinibatchAdam().start(phi)
    for lr, rollouts in STEPS:
        rule = MinibatchAdam(lr=lr, epochs=EPOCHS, minibatches=MINIBATCHES)
        for _ in range(rollouts):
            d = judged(session, phi[0], frozen.collect(session, 1, iteration))
            credit = teacher(discounted).credit(d, frozen.gamma if discounted else 1.0)
            problem = _problem(session, d, credit)
            rule.step(problem, phi, state, alive, iteration=iteration, noise=noise, engine=engine)
            iteration += 1
    return phi[0]


def _problem(session: Any, d: Decisions, credit: Credit) -> CriticProblem:
    """One seed's batch with a decision for a row, less what pads short episodes; or with a whole answer for a row."""
    if d.next_inputs is None:
        return CriticProblem(session.critic.evaluate, d, credit, whole=True)
    taken = d.mask > 0

    def alone(x: Tensor) -> Tensor:
        return x[taken][:, None, None]

    assert credit.target is not None
    each = Credit(alone(credit.advantage), alone(credit.weight), alone(credit.target))
    return CriticProblem(session.critic.evaluate, each_tensor(d, alone), each, whole=False)


def explained(frozen: Frozen, session: Any, phi: Float[Tensor, " P"], iteration: int, *, discounted: bool) -> float:
    """Share of the variance of its targets that a critic explains, on what `session`, of one seed, collects."""
    d = judged(session, phi, frozen.collect(session, 1, iteration))
    credit = teacher(discounted).credit(d, frozen.gamma if discounted else 1.0)
    return float(per_seed.explained_variance(d.value, credit.target, d.mask)[0])


def teacher(discounted: bool) -> Any:
    """Who says what a critic should have said: REINFORCE with a baseline, the plain return; a discounted critic, which
    is asked what lies ahead, hears from A2C what it says itself beyond a time limit."""
    return A2C(lam=1.0) if discounted else ReinforceBaseline()
