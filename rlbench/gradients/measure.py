"""All estimators at one policy, on the same batches, against what many more batches say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from jaxtyping import Float
from torch import Tensor

from rlbench.core.batches import BLOCK
from rlbench.core.noise import Noise
from rlbench.core.rollout import Episodes
from rlbench.gradients.blocks import Blocks
from rlbench.gradients.critic import explained, fitted, judged
from rlbench.gradients.estimators import GROUP, REFERENCE, Estimator, estimators
from rlbench.gradients.frozen import SEED, Frozen
from rlbench.gradients.slopes import slopes
from rlbench.stats.gradient_moments import Moments, Sample, moments

EPISODES = 32
"""In each batch: what methods with groups take on control tasks."""
REFERENCE_BATCHES = 400
"""Batches of the estimator without bias that the true gradient is taken from; nothing else is."""
LESSON, EXAMINATION = 64, 512
"""Episodes that a critic learns from at a time, and those that it is judged by."""
APART, TOGETHER, TRUE, TAUGHT, ASKED = (SEED + 100 * place for place in range(1, 6))
"""First seeds: episodes that begin apart, in groups, for the true gradient, to fit critics, to judge these."""

Critics = dict[bool, Float[Tensor, " P"]]
"""By whether they discount."""


@dataclass(frozen=True)
class Source:
    """Where batches come from: sessions differ in their noise and in whether episodes come in groups."""

    frozen: Frozen
    critics: Critics
    session: Any

    def blocks(self, chosen: Sequence[Estimator], count: int, towards: Tensor | None = None) -> list[Blocks]:
        """The gradients of estimators, all of the same batches."""
        found = [Blocks.empty(count, BLOCK, len(self.frozen.theta)) for _ in chosen]
        for block in range(count):
            for sums, gradients in zip(found, self._gradients(chosen, block), strict=True):
                sums.add(block, gradients, towards)
        return found

    def _gradients(self, chosen: Sequence[Estimator], block: int) -> Iterator[Float[Tensor, "S P"]]:
        d = self.frozen.collect(self.session, BLOCK, block)
        kinds = {one.discounted for one in chosen}
        asked = {kind: judged(self.session, self.critics[kind], d) for kind in kinds}
        paid = [(one.method, one.credit(asked[one.discounted], self._gamma(one))) for one in chosen]
        return slopes(self.session.actor, self.frozen.theta, d, paid)

    def _gamma(self, one: Estimator) -> float:
        return self.frozen.gamma if one.discounted else 1.0


def measure(frozen: Frozen, batches: int) -> pd.DataFrame:
    """Moments of each estimator, one line with everything and one without each block of its own and of the
    reference's; of these all else is made, intervals too."""
    critics, chosen, count = _critics(frozen), estimators(frozen.gamma), batches // BLOCK
    [true] = _source(frozen, critics, TRUE).blocks([REFERENCE], REFERENCE_BATCHES // BLOCK)
    frames = []
    for seed, siblings in ((APART, False), (TOGETHER, True)):
        some = [one for one in chosen if one.siblings is siblings]
        found = _source(frozen, critics, seed, siblings=siblings).blocks(some, count, true.mean)
        frames += [_lines(one, moments_of(blocks, true)) for one, blocks in zip(some, found, strict=True)]
    size = {"episodes": EPISODES, "group": GROUP, "batches": batches, "reference_batches": REFERENCE_BATCHES}
    blocks = {"blocks": count, "reference_blocks": len(true.squares)}
    facts = {"policy": frozen.words, "gamma": frozen.gamma} | size | blocks | _explained(frozen, critics)
    return pd.concat(frames, ignore_index=True).assign(**facts)


def _lines(one: Estimator, found: Moments) -> pd.DataFrame:
    return pd.DataFrame({"kind": str(one.kind), "estimator": one.name, **vars(found)})


def _source(frozen: Frozen, critics: Critics, seed: int, *, siblings: bool = False) -> Source:
    rollout = Episodes(episodes=EPISODES, group=GROUP if siblings else 1)
    return Source(frozen, critics, frozen.open(Noise(range(seed, seed + BLOCK)), rollout))


def _critics(frozen: Frozen) -> Critics:
    """One that adds up all that is to come, and one that discounts it; the same where the task has no discount."""
    session = _one(frozen, TAUGHT, LESSON)
    plain = fitted(frozen, session, TAUGHT, discounted=False)
    discounting = fitted(frozen, session, TAUGHT, discounted=True) if frozen.gamma < 1 else plain
    return {False: plain, True: discounting}


def _explained(frozen: Frozen, critics: Critics) -> dict[str, float]:
    """Share of the variance of what each critic should have said, on episodes that it has not seen."""
    session = _one(frozen, ASKED, EXAMINATION)
    return {
        f"explained_{'with' if discounted else 'without'}_discount": explained(
            frozen, session, phi, 0, discounted=discounted
        )
        for discounted, phi in critics.items()
    }


def _one(frozen: Frozen, seed: int, episodes: int) -> Any:
    """A session for one seed."""
    return frozen.open(Noise([seed]), Episodes(episodes=episodes))


def moments_of(blocks: Blocks, true: Blocks) -> Moments:
    """Of an estimator's gradients and of those that the true one is taken from."""
    return moments(_sample(blocks), _sample(true), (blocks.sums @ true.sums.T).numpy())


def _sample(blocks: Blocks) -> Sample:
    products = (blocks.sums @ blocks.sums.T).numpy()
    return Sample(blocks.size, products, blocks.squares.numpy(), blocks.cosines.numpy())
