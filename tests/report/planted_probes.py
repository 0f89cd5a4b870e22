"""What probes would have found if everything that the lecture says of them were true: the same columns, made up."""

from itertools import product

import numpy as np
import pandas as pd

WORLDS = range(12)
KL = (0.01, 2.0)


def wobble(world: int) -> float:
    """A little more or less in every world, so that numbers have a spread."""
    return 1 + 0.02 * np.sin(1 + world)


def importance_weighting() -> pd.DataFrame:
    lines = [
        {"world": w, "kl": kl, "squared_bias": kl / 4 * wobble(w), "variance": 1.0, "squared_bias_whole": 1e-28}
        | {"variance_whole": 2.0, "variance_on_policy": 1.0, "effective_sample_size": (1 - 0.8 * kl) * wobble(w)}
        for w, kl in product(WORLDS, (0.001, 0.01, 0.1, 0.3, 1.0))
    ]
    return pd.DataFrame(lines)


def state_baseline() -> pd.DataFrame:
    variance = {"none": 10.0, "value": 5.0, "value, 0.5 off": 6.0, "value, 1 off": 8.0, "value, 3 off": 20.0}
    return pd.DataFrame(
        [
            {
                "world": w,
                "baseline": name,
                "squared_bias": 1e-28,
                "variance": size * (wobble(w) if name != "none" else 1),
            }
            for w, (name, size) in product(range(80), variance.items())
        ]
    )


def look_ahead() -> pd.DataFrame:
    """Bias falls to nothing and variance rises with every step, all the way from the critic's word to the returns."""
    lines = []
    for w, critic, error in product(WORLDS, ("noisy", "ignorant"), (0.0, 0.5, 1.0)):
        settings = [("n_step", float(n), (n - 1) / 4) for n in range(1, 6)]
        settings += [("gae", lam, lam) for lam in (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)]
        for estimator, setting, far in settings:
            bias, variance = 4 * error**2 * (1 - far) ** 2 * wobble(w), (2 + 8 * far) * (1 + 2 * error) * wobble(w)
            own = {"world": w, "critic": critic, "error": error, "estimator": estimator, "setting": setting}
            lines.append(own | {"squared_bias": bias, "variance": variance})
    return pd.DataFrame(lines)


def gae_identities() -> pd.DataFrame:
    names = ("lambda_0_is_td", "lambda_1_is_monte_carlo", "n_1_is_td", "n_all_is_monte_carlo", "recursion_is_sum")
    return pd.DataFrame([{"batch": b, "identity": n, "difference": 1e-15} for b, n in product(range(3), names)])


def policy_steps() -> pd.DataFrame:
    """KL of equal lengths from hardly to greatly, natural steps near δ and often above, half of all sampled steps in
    vain; TRPO's within it and better, as its bound says."""
    lines = []
    for w, policy in product(WORLDS, range(20)):
        spread = 10 ** (policy / 10) * wobble(w)
        own = {"world": w, "policy": policy, "gamma": 0.9}
        found = {
            ("random", np.nan): (spread / 100, 0.1 * (-1) ** policy, 0.5),
            ("equal_random", np.nan): (spread / 1000, 0.0, 0.5),
            ("equal_uphill", np.nan): (spread / 1000, 0.1, 0.5),
        }
        for limit in (0.01, 0.1, 1.0):
            above = 2.0 if policy % 3 == 0 else 0.9
            found["natural", limit] = (limit * above * wobble(w), -0.1 if policy < 5 else 0.1, 0.5)
            found["natural_sampled", limit] = (limit / 2, -0.1 if policy < 10 else 0.1, 0.5)
            found["trust_region", limit] = (limit * 0.9, 0.2, 0.1)
        lines += [
            own | {"step": step, "limit": limit, "kl": kl, "gain": gain, "slack": slack}
            for (step, limit), (kl, gain, slack) in found.items()
        ]
    return pd.DataFrame(lines)


def silent_groups() -> pd.DataFrame:
    lines = [
        {"method": m, "group": g, "chance": p, "silent": p**g + (1 - p) ** g, "expected": p**g + (1 - p) ** g}
        | {"largest_in_silent": 0.0, "least_elsewhere": 0.7}
        for m, g, p in product(("GRPO", "Dr. GRPO", "RLOO"), (2, 8), (0.1, 0.5))
    ]
    return pd.DataFrame(lines)


def answer_length() -> pd.DataFrame:
    lines = [{"method": "GRPO", "length": n, "pull": 1 / n} for n in (1, 2, 4, 8)]
    return pd.DataFrame(lines + [{"method": "Dr. GRPO", "length": n, "pull": 0.1} for n in (1, 2, 4, 8)])


def preference_identities() -> pd.DataFrame:
    return pd.DataFrame(
        [{"prompt": n, "margin": 1e-9, "value_error": 1e-15, "constant": 1e-15, "two": 0.0} for n in range(5)]
    )


def kl_estimators() -> pd.DataFrame:
    """Errors as those of unit normal distributions, a little more or less between random policies."""
    lines = []
    for pair, w, kl in [("normal", 0, kl) for kl in KL] + [("random", w, kl) for w, kl in product(WORLDS, KL)]:
        off = wobble(w) if pair == "random" else 1.0
        found = {"k1": (0.0, (2 / kl) ** 0.5), "k2": (kl / 2, 1.5), "k3": (0.0, 1.5 + kl)}
        lines += [
            {"pair": pair, "world": w, "kl": kl, "estimator": name, "bias": bias * off, "deviation": deviation * off}
            for name, (bias, deviation) in found.items()
        ]
    return pd.DataFrame(lines)


PLANTED = {
    made.__name__: made
    for made in (
        importance_weighting,
        state_baseline,
        look_ahead,
        gae_identities,
        policy_steps,
        silent_groups,
        answer_length,
        preference_identities,
        kl_estimators,
    )
}
