"""Adjusted p-values against numbers worked out by hand and against the closed test that Holm's is a shortcut of."""

from itertools import combinations

import numpy as np
import pytest

from rlbench.stats.multiplicity import benjamini_hochberg, holm

P_VALUES = [0.01, 0.04, 0.03, 0.005]


def some_p_values(seed):
    return np.random.default_rng(seed).uniform(0, 0.3, 7)


def test_four_comparisons_by_hand():
    # .005 * 4, .01 * 3, .03 * 2, and .04 * 1 lifted to the one before
    assert holm(P_VALUES).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # .04 * 4/4, .03 * 4/3, .01 * 4/2, .005 * 4/1, none above a larger one's
    assert benjamini_hochberg(P_VALUES).tolist() == pytest.approx([0.02, 0.04, 0.04, 0.02])


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_the_closed_test_of_bonferroni(seed):
    p = some_p_values(seed)
    groups = [group for size in range(1, 8) for group in combinations(range(7), size)]
    bonferroni = {group: min(1.0, len(group) * min(p[list(group)])) for group in groups}
    expected = [max(value for group, value in bonferroni.items() if own in group) for own in range(7)]
    assert holm(p) == pytest.approx(expected)


def test_holm_is_stricter_than_the_other_and_milder_than_bonferroni():
    p = some_p_values(9)
    assert (p <= benjamini_hochberg(p)).all()
    assert (benjamini_hochberg(p) <= holm(p)).all()
    assert (holm(p) <= np.minimum(1, 7 * p)).all()


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_order_does_not_matter_and_one_comparison_is_left_alone(adjust):
    p = some_p_values(3)
    order = np.random.default_rng(0).permutation(7)
    assert adjust(p[order]) == pytest.approx(adjust(p)[order])
    assert adjust([0.03]).tolist() == [0.03]
    assert adjust([]).tolist() == []


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_a_comparison_that_could_not_be_made_still_counts(adjust):
    made = adjust([0.01, np.nan, 0.5])
    assert np.isnan(made[1])
    assert made[0] == pytest.approx(0.03)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_is_no_p_value_is_refused(adjust):
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.5, 1.5])


def test_one_false_claim_in_a_family_is_as_rare_as_promised():
    """Ten true nulls: Holm errs in 5 % of families, no correction in 40 %; within four binomial standard errors."""
    tries = 4_000
    p = np.random.default_rng(5).uniform(size=(tries, 10))
    false = np.mean([(holm(family) <= 0.05).any() for family in p])
    expected = 1 - (1 - 0.05 / 10) ** 10
    assert false == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / tries))
    assert (p.min(1) <= 0.05).mean() > 0.35
