"""Every update is measured: once, by what it is said to be measured by, and rightly."""

import dataclasses

import numpy as np
import pytest

from rlbench.core import catalog
from rlbench.core.rollout import Episodes
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Adaptive, Measuring
from rlbench.loops.recorder import METRICS, SPLITS
from rlbench.updates.trust_region import TrustRegion
from tests.loops import plain
from tests.preferences.conftest import begun
from tests.training import CASES, RUN, Watched, learners, runs, small, training, watch

each = pytest.mark.parametrize(("method", "case"), runs())
POSITIONS = range(len(RUN["seeds"]))


def expected(method) -> set[Metric]:
    """What is recorded of each update of a method."""
    rule = method.update
    return (
        {Metric.KL_OLD_NEW, Metric.ENTROPY}
        | ({Metric.EXPLAINED_VARIANCE} if "critic" in method.needs else set())
        | ({Metric.PENALTY} if isinstance(method, Adaptive) else set())
        | ({Metric.SILENT_GROUPS} if isinstance(method.rollout, Episodes) and method.rollout.group > 1 else set())
        | ({Metric.STEP_FRACTION, Metric.CURVATURE_FAILURE} if hasattr(rule, "max_kl") else set())
        | (set(method.measures) if isinstance(method, Measuring) else set())
    )


def recorded(watched: Watched) -> set[Metric]:
    columns = watched.run._recorder.columns()
    return {Metric(METRICS[k]) for k in columns["metric"][columns["split"] == SPLITS.index(Split.UPDATE)]}


def check_once(watched: Watched) -> None:
    assert recorded(watched) == expected(watched.run.learner.method)
    for position in POSITIONS:
        used = [step for _, _, step in watched.learnt(position)]
        assert len(used) > 1
        for metric in recorded(watched):
            assert watched.rows(Split.UPDATE, metric, position)[0].tolist() == used, metric


@each
def test_each_seed_is_measured_once_after_each_rollout_it_learnt_from(finished, method, case):
    check_once(finished(method, case))


def old_and_new(watched: Watched, iteration: int, index: int, position: int) -> tuple[plain.Parts, plain.Parts]:
    """What the policy was that acted, as recorded, and what it is by its parameters after the update, for every
    decision taken."""
    (theta, experience), actor = watched.seen[iteration], watched.run.learner.actor
    d = experience.decisions
    taken = d.mask[:, index] > 0
    inputs = d.inputs[:, index][taken].double().numpy()
    new = plain.parts(actor, watched.after(iteration)[position], inputs)
    if d.old is not None:
        return tuple(part[:, index][taken].double().numpy() for part in d.old.parts), new
    # Remembered steps were taken by many policies, compared ones by another: measured is the last of its own, as it
    # explored when it learnt.
    old = plain.parts(actor, theta[position], inputs)
    return old, (new[0], *old[1:])


def check_divergences(watched: Watched) -> None:
    kind = watched.run.learner.actor.kind.__name__
    for position in POSITIONS:
        found = {m: watched.rows(Split.UPDATE, m, position)[1] for m in (Metric.KL_OLD_NEW, Metric.ENTROPY)}
        assert (found[Metric.KL_OLD_NEW] >= -1e-7).all()
        for k, (iteration, index, _) in enumerate(watched.learnt(position)):
            old, new = old_and_new(watched, iteration, index, position)
            # Logarithms of size one in single precision, and their differences, are right to a few times 6e-8.
            divergence = plain.divergence(kind, old, new).mean()
            assert found[Metric.KL_OLD_NEW][k] == pytest.approx(divergence, rel=1e-4, abs=5e-7)
            assert found[Metric.ENTROPY][k] == pytest.approx(plain.entropy(kind, new).mean(), abs=2e-6)
    assert found[Metric.KL_OLD_NEW].max() > 1e-5, "nothing moved"


@each
def test_what_an_update_did_to_the_policy_is_the_divergence_from_the_recorded_one(finished, method, case):
    check_divergences(finished(method, case))


@pytest.mark.parametrize("method", [name for name in catalog.methods() if "preferences" in small(name).needs])
def test_what_is_learnt_from_comparisons_is_measured_in_the_same_way(tmp_path, method):
    on = begun("cartpole", tmp_path)
    watched = watch(training(tmp_path, small(method), on, **RUN | {"budget": 1000}))
    check_once(watched)
    check_divergences(watched)


def by_hand(beta: float, kl: list[float], target: float) -> list[float]:
    """The paper's rule: halved after an update that went less than the target over 1.5, doubled after one that went
    further than 1.5 targets."""
    found = []
    for moved in kl:
        found.append(beta)
        if moved < target / 1.5:
            beta /= 2
        elif moved > target * 1.5:
            beta *= 2
    return found


@pytest.fixture(scope="module")
def penalised(tmp_path_factory) -> Watched:
    """A target that updates fall short of and overshoot."""
    chosen = small("ppo_penalty", target_kl=0.0015)
    run = training(tmp_path_factory.mktemp("run"), chosen, CASES["batched"](), **RUN | {"budget": 600})
    return watch(run)


def test_the_price_of_moving_follows_the_recorded_divergences_by_the_papers_rule(penalised):
    moves = set()
    for position in POSITIONS:
        _, kl = penalised.rows(Split.UPDATE, Metric.KL_OLD_NEW, position)
        _, beta = penalised.rows(Split.UPDATE, Metric.PENALTY, position)
        assert len(beta) == len(kl) > 10
        assert beta.tolist() == by_hand(1.0, kl.tolist(), 0.0015)
        moves |= set((beta[1:] / beta[:-1]).tolist())
        assert penalised.run.learner.kept.beta[position] == by_hand(1.0, [*kl.tolist(), 0.0015], 0.0015)[-1]
    assert moves == {0.5, 1.0, 2.0}, "the run does not show every branch"


SEARCHING = [name for name in learners() if isinstance(small(name).update, TrustRegion)]


@pytest.mark.parametrize("case", ["batched", "gymnasium"])
@pytest.mark.parametrize("method", SEARCHING)
def test_a_policy_never_leaves_its_trust_region_by_the_recorded_divergence(tmp_path, method, case):
    """Where all rows measure the metric; with so little damping that the search has something to do."""
    chosen = small(method, update={"fisher_share": 1.0, "damping": 1e-3, "max_kl": 0.02})
    watched = watch(training(tmp_path, chosen, CASES[case](), **RUN))
    kl, fraction = (
        np.concatenate([watched.rows(Split.UPDATE, metric, position)[1] for position in POSITIONS])
        for metric in (Metric.KL_OLD_NEW, Metric.STEP_FRACTION)
    )
    # Search and record add the same numbers in another order.
    assert (kl <= 0.02 * (1 + 1e-4)).all()
    assert kl.max() > 0.01
    assert (fraction[kl > 1e-6] > 0).all()
    assert ((fraction > 0) & (fraction < 1)).any(), "nothing was searched for"


def test_a_method_that_measures_nothing_of_its_own_is_measured_all_the_same():
    assert expected(dataclasses.replace(small("reinforce"))) == {Metric.KL_OLD_NEW, Metric.ENTROPY}
