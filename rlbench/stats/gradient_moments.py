"""What K gradients say of the estimator that they come from, and of how far it is from a reference.

Gradients are long, and all that is asked of them are lengths and angles. So inner products of the sums of blocks are
enough, and whatever is left of them when one block is left out: that gives the intervals, see `jackknife`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """N blocks of `size` independent gradients: inner products of the blocks' sums [N, N], and for each block [N] the
    sums of squared lengths and of cosines."""

    size: int
    products: Floats
    squares: Floats
    cosines: Floats

    @property
    def blocks(self) -> int:
        return len(self.squares)


@dataclass(frozen=True)
class Moments:
    """Of an estimator and a reference, all [1 + N + N']: with everything, then without each block of the one and of
    the other. Unbiased are the first four; what is made of them is not quite."""

    variance: Floats
    """Trace of the covariance of one gradient: (Σ|g|² - K |mean|²) / (K - 1)."""
    squared_length: Floats
    """Of the expectation: |mean|² less what noise adds to it, variance / K."""
    true_squared_length: Floats
    """The same of the reference."""
    product: Floats
    """Inner product of both expectations."""
    cosine: Floats
    """Mean over single gradients of the cosine of the angle to the reference's mean."""

    @property
    def squared_bias(self) -> Floats:
        """|E g - E g_ref|²: of both means, less what noise of either adds to it. It can fall below zero."""
        return self.squared_length - 2 * self.product + self.true_squared_length

    @property
    def error(self) -> Floats:
        """Mean squared error of one gradient."""
        return self.squared_bias + self.variance

    @property
    def signal_to_noise(self) -> Floats:
        """Squared length of the expectation over the variance of one gradient."""
        return self.squared_length / self.variance

    @property
    def scaled_squared_bias(self) -> Floats:
        """What is left of the squared bias, in squared lengths of the true gradient, at the step size that makes it
        smallest: 1 - direction²."""
        return 1 - self.product**2 / (self.squared_length * self.true_squared_length)

    @property
    def scaled_variance(self) -> Floats:
        """The variance at that step size, in the same unit: direction² over signal to noise."""
        return (1 - self.scaled_squared_bias) / self.signal_to_noise

    @property
    def direction(self) -> Floats:
        """Cosine of the angle between both expectations; NaN where noise is longer than either of them."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.product / np.sqrt(self.squared_length * self.true_squared_length)


def moments(sample: Sample, reference: Sample, between: Floats) -> Moments:
    """`between` are the inner products of the sums of the sample's blocks and of the reference's, [N, N']."""
    own, theirs = _kept(sample.blocks, reference.blocks)
    variance, squared_length = _moments(sample, own)
    _, true_squared_length = _moments(reference, theirs)
    count, true_count = own.sum(1) * sample.size, theirs.sum(1) * reference.size
    product = np.einsum("ri,ij,rj->r", own, between, theirs) / (count * true_count)
    return Moments(variance, squared_length, true_squared_length, product, own @ sample.cosines / count)


def _kept(own: int, theirs: int) -> tuple[Floats, Floats]:
    """Which blocks are counted in each line: [1 + N + N', N] and [1 + N + N', N']."""
    mine, others = (1 - np.eye(count) for count in (own, theirs))
    whole, their_whole = (np.ones((1 + count, size)) for count, size in ((theirs, own), (own, theirs)))
    return np.concatenate([whole[:1], mine, whole[1:]]), np.concatenate([their_whole, others])


def _moments(sample: Sample, kept: Floats) -> tuple[Floats, Floats]:
    """Variance, and squared length of the expectation."""
    count = kept.sum(1) * sample.size
    summed = np.einsum("ri,ij,rj->r", kept, sample.products, kept)
    squares = kept @ sample.squares
    return (squares - summed / count) / (count - 1), (summed - squares) / (count * (count - 1))
