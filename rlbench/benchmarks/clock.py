"""What the CPU-seconds of training go into. Rules and engine are watched from outside: what trains is not changed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from rlbench.engine.engine import Engine, Function
from rlbench.loops.learner import Learner

INNER = ("policy step", "critic step", "diagnostics")
PHASES = ("rollout", "values and credit", *INNER)


class Clock:
    """CPU-seconds of this process for each phase. What learning takes outside of the others is values and credit."""

    def __init__(self):
        self.reset()

    def reset(self) -> None:
        """Begin again."""
        self._spent: dict[str, float] = dict.fromkeys(("rollout", "learning", *INNER), 0.0)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what is spent inside."""
        start = time.process_time()
        try:
            yield
        finally:
            self._spent[name] += time.process_time() - start

    def seconds(self) -> dict[str, float]:
        """By PHASES."""
        inner = {name: self._spent[name] for name in INNER}
        rest = self._spent["learning"] - sum(inner.values())
        return {"rollout": self._spent["rollout"], "values and credit": rest} | inner


@dataclass(frozen=True)
class WatchedRule:
    """An update rule whose steps are timed."""

    rule: Any
    clock: Clock
    phase: str

    def step(self, *args: Any, **settings: Any) -> Any:
        with self.clock.phase(self.phase):
            return self.rule.step(*args, **settings)


class WatchedEngine:
    """An engine that tells measuring how far the policy moved from everything else."""

    def __init__(self, engine: Engine, clock: Clock):
        self.name, self.compile_s = engine.name, engine.compile_s
        self._engine, self._clock = engine, clock

    def call(self, name: str, function: Function, *args: Tensor) -> tuple[Tensor, ...]:
        with self._clock.phase("diagnostics") if name == "distribution" else nullcontext():
            answer = self._engine.call(name, function, *args)
        self.compile_s = self._engine.compile_s
        return answer


def watch(learner: Learner) -> Clock:
    """A clock on the steps and diagnostics of this learner; rollout and learning are the caller's to count."""
    clock = Clock()
    learner.engine = WatchedEngine(learner.engine, clock)
    for part, phase in ((learner.kept.policy, "policy step"), (learner.kept.value, "critic step")):
        if part is not None:
            part.rule = WatchedRule(part.rule, clock, phase)
    return clock
