"""What each probe asks, on a few of its worlds: the same answers every time, and those that must be."""

import math
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from rlbench.core.probe import probes
from rlbench.probes.questions import (
    answer_length,
    gae_identities,
    importance_weighting,
    kl_estimators,
    look_ahead,
    policy_steps,
    preference_identities,
    silent_groups,
    state_baseline,
)
from tests.report.planted_probes import PLANTED

SIZES = ("WORLDS", "BATCHES", "PROMPTS")
ROUNDING = 1e-20
"""Of a squared bias, in squared lengths of the gradient."""


def asked(module: ModuleType, count: int, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """What a probe finds in its first few worlds."""
    for name in SIZES:
        if hasattr(module, name):
            monkeypatch.setattr(module, name, count)
    return module.ask()


@pytest.mark.parametrize("name", [probe.name for probe in probes()])
def test_it_finds_the_same_again_and_a_world_does_not_depend_on_the_others(name, monkeypatch):
    module = import_module(f"rlbench.probes.questions.{name}")
    two, again, three = (asked(module, count, monkeypatch) for count in (2, 2, 3))
    pd.testing.assert_frame_equal(two, again, check_exact=True)
    pd.testing.assert_frame_equal(two, three.iloc[: len(two)], check_exact=True)


@pytest.mark.parametrize("name", PLANTED)
def test_what_reports_are_tested_with_has_its_columns(name, monkeypatch):
    found = asked(import_module(f"rlbench.probes.questions.{name}"), 1, monkeypatch)
    assert set(PLANTED[name]().columns) == set(found.columns)


def test_no_baseline_is_biased_and_the_value_itself_is_among_them(monkeypatch):
    found = asked(state_baseline, 5, monkeypatch)
    assert found["squared_bias"].max() < ROUNDING
    variance = found.pivot(index="world", columns="baseline", values="variance")
    assert (variance["value, 3 off"] > variance["value"]).all()


def test_looking_all_the_way_needs_no_critic_and_the_ends_of_both_scales_are_the_same(monkeypatch):
    found = asked(look_ahead, 5, monkeypatch)
    found = found.set_index(["estimator", "setting", "critic", "error", "world"]).sort_index()
    assert found.loc[("n_step", 5.0)]["squared_bias"].max() < ROUNDING
    assert found.xs(0.0, level="error")["squared_bias"].max() < ROUNDING
    wrong = found.loc[("n_step", 1.0)].query("error > 0")
    assert wrong["squared_bias"].min() > 1e6 * ROUNDING
    for n, lam in ((1.0, 0.0), (5.0, 1.0)):
        one, other = found.loc[("n_step", n)], found.loc[("gae", lam)]
        np.testing.assert_allclose(one["variance"], other["variance"], rtol=1e-9)


def test_the_bias_of_a_critic_that_knows_a_share_is_proportional_to_what_it_does_not_know(monkeypatch):
    found = asked(look_ahead, 5, monkeypatch).query("critic == 'ignorant' and estimator == 'gae' and setting < 1")
    half, nothing = (found[found["error"] == error]["squared_bias"].to_numpy() for error in (0.5, 1.0))
    np.testing.assert_allclose(nothing, 4 * half, rtol=1e-9)


def test_policies_are_as_far_apart_as_they_should_be_and_nearly_the_same_at_a_small_distance(monkeypatch):
    found = asked(importance_weighting, 5, monkeypatch)
    near = found[found["kl"] == 0.001]
    # Σ ρ² / n = 1 + 2 KL to second order.
    assert (1 - near["effective_sample_size"]).between(0.001, 0.004).all()
    np.testing.assert_allclose(near["variance"], near["variance_on_policy"], rtol=0.2)
    assert found["squared_bias_whole"].max() < ROUNDING


def test_no_step_breaks_the_bound_and_trust_regions_are_kept(monkeypatch):
    found = asked(policy_steps, 6, monkeypatch)
    assert set(found["gamma"]) == set(policy_steps.GAMMAS)
    assert found["slack"].min() > -1e-9
    kept = found[found["step"] == "trust_region"]
    assert (kept["kl"] <= kept["limit"]).all()
    assert (kept["gain"] > 0).all()
    natural = found[(found["step"] == "natural") & (found["limit"] == 0.01)]
    assert natural["kl"].between(0.005, 0.02).all()
    assert (found[found["step"] == "equal_uphill"]["gain"] > 0).all()
    random = found[found["step"] == "random"]["gain"]
    assert 0.2 < (random > 0).mean() < 0.8


def test_identities_hold(monkeypatch):
    assert asked(gae_identities, 3, monkeypatch)["difference"].max() < 1e-12
    found = asked(preference_identities, 10, monkeypatch)
    assert found[["value_error", "constant", "two"]].max(axis=None) < 1e-12
    assert found["margin"].min() > -1e-12


def test_a_group_is_silent_as_often_as_all_are_right_or_all_are_wrong():
    found = silent_groups.ask()
    np.testing.assert_allclose(found["silent"], found["expected"], atol=1e-12)
    assert (found["largest_in_silent"] == 0).all()
    assert (found["least_elsewhere"] > 0.4).all()
    half = found[(found["group"] == 2) & (found["chance"] == 0.5)]
    assert (half["silent"] == 0.5).all()


def test_a_token_counts_the_less_the_longer_its_answer_only_where_the_method_divides_by_the_length():
    pull = answer_length.ask().pivot(index="length", columns="method", values="pull")
    np.testing.assert_allclose(pull["GRPO"] * pull.index, pull["GRPO"].iloc[0], rtol=1e-12)
    for method in ("Dr. GRPO", "RLOO"):
        assert pull[method].nunique() == 1


@pytest.mark.parametrize("kl", [0.005, 0.5, 2.0])
def test_estimates_of_kl_between_unit_normal_distributions_are_those_of_the_integrals(kl):
    """Under the policy log r is normal with mean -KL and variance 2 KL, whose second and fourth moments give those of
    k2; and r has the variance exp(2 KL) - 1 and with log r the covariance 2 KL."""
    found = kl_estimators.moments(*kl_estimators.normal_pair(kl))
    square = 2 * kl
    second, fourth = kl**2 + square, kl**4 + 6 * kl**2 * square + 3 * square**2
    expected = {
        "k1": (kl, square**0.5),
        "k2": (second / 2, (fourth - second**2) ** 0.5 / 2),
        "k3": (kl, (math.expm1(square) - square) ** 0.5),
    }
    for name, numbers in expected.items():
        assert found[name] == pytest.approx(numbers, rel=1e-6), name


def test_estimates_of_kl_have_the_errors_that_were_published():
    """Schulman 2020, "Approximating KL Divergence": bias and standard deviation in units of the KL, of unit normal
    distributions whose means are 0.1 and 1 apart."""
    published = {
        0.005: {"k1": (0, 20), "k2": (0.002, 1.42), "k3": (0, 1.42)},
        0.5: {"k1": (0, 2), "k2": (0.25, 1.73), "k3": (0, 1.7)},
    }
    for kl, estimators in published.items():
        found = kl_estimators.moments(*kl_estimators.normal_pair(kl))
        for name, (bias, deviation) in estimators.items():
            mean, spread = found[name]
            assert mean / kl - 1 == pytest.approx(bias, abs=1e-3)
            assert spread / kl == pytest.approx(deviation, abs=6e-3)


def test_estimates_of_kl_between_random_policies_are_sums_over_all_actions(monkeypatch):
    found = asked(kl_estimators, 3, monkeypatch).query("pair == 'random'")
    for (world, kl), own in found.groupby(["world", "kl"]):
        logits = [one.tolist() for one in kl_estimators.random_pair(world, kl)]
        p, q = ([math.exp(x) / sum(map(math.exp, one)) for x in one] for one in logits)
        exact = sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
        assert exact == pytest.approx(kl, rel=1e-6)
        of = {
            "k1": [math.log(a / b) for a, b in zip(p, q, strict=True)],
            "k2": [math.log(a / b) ** 2 / 2 for a, b in zip(p, q, strict=True)],
            "k3": [b / a - 1 + math.log(a / b) for a, b in zip(p, q, strict=True)],
        }
        for line in own.itertuples():
            mean = sum(a * x for a, x in zip(p, of[line.estimator], strict=True))
            variance = sum(a * (x - mean) ** 2 for a, x in zip(p, of[line.estimator], strict=True))
            assert line.bias == pytest.approx(mean / exact - 1, abs=1e-9)
            assert line.deviation == pytest.approx(variance**0.5 / exact, rel=1e-6)
    unbiased = found[found["estimator"] != "k2"]
    assert unbiased["bias"].abs().max() < 1e-11
    assert len(unbiased) == 2 * 3 * len(kl_estimators.DISTANCES)
