"""What every method keeps to on a language task, found by being there: as on control, and the policy moves."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from rlbench.core import catalog
from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.rollout import Comparisons
from rlbench.core.schema import Metric, Split
from tests.language.begun import RUN, TASKS, Begun, speakers
from tests.loops.test_resume import run_with_kills
from tests.loops.test_seeds import assert_same
from tests.training import written

DEAR = {"npg_dense"}
"""One product with the metric for each parameter: for a language model hours, for the smallest one."""
METHODS = [name for name in speakers("enumerable_preferences") if name not in DEAR]


def of_each(task: str | None = None) -> pytest.MarkDecorator:
    """Every method with every task that it can run on, or with one of them; all runs of a method in one process."""
    pairs = [(method, on) for method in METHODS for on in ([task] if task else TASKS) if method in speakers(on)]
    marked = [pytest.param(*pair, marks=pytest.mark.xdist_group(f"{pair[0]} speaks")) for pair in pairs]
    return pytest.mark.parametrize(("method", "task"), marked)


def test_all_but_what_counts_actions_can_speak_and_only_comparisons_are_compared():
    both, one = map(set, map(speakers, TASKS))
    assert both < one == {name for name, card in catalog.methods().items() if "action_values" not in card.needs}
    assert one - both == {name for name in one if "preferences" in catalog.methods()[name].needs}


@of_each()
def test_it_learns_twice_and_every_number_is_one(finished, method, task):
    watched = finished(method, task)
    run = watched.run
    assert run._iteration >= 2
    assert run.learner.alive.all()
    assert all(x.isfinite().all() for x in run.learner.kept.tensors().values())
    values = run._recorder.columns()
    nothing_to_say = (*map(str, (AnswerMetric.LENGTH_RIGHT, AnswerMetric.LENGTH_WRONG)), str(Metric.EXPLAINED_VARIANCE))
    missing = {run._recorder._metrics[code] for code in values["metric"][~np.isfinite(values["value"])]}
    assert missing <= {*nothing_to_say}, "a length of answers of which there are none, a variance of equal values"
    for position in range(2):
        assert not torch.equal(run.learner.theta[position], run._session.start()[position])
        assert max(watched.rows(Split.UPDATE, Metric.KL_OLD_NEW, position)[1]) > 0
        first, *_, last = watched.rows(Split.STOCHASTIC, AnswerMetric.EXACT_KL_REFERENCE, position)[1]
        assert abs(first) < 1e-6 < last
    assert not torch.equal(run.learner.theta[0], run.learner.theta[1])


@of_each()
def test_what_decodes_is_what_has_learnt_from_all_before(finished, method, task):
    """What a rollout holds of log-probabilities is what the parameters of that moment say, and decoding agrees."""
    watched = finished(method, task)
    actor, recorded = watched.run.learner.actor, isinstance(watched.run.learner.method.rollout, Comparisons)
    assert all(not torch.equal(one, other) for (one, _), (other, _) in pairwise(watched.seen))
    for theta, experience in watched.seen:
        d = experience.decisions
        assert (d.old is None) is recorded
        if recorded:
            assert experience.measured == {}
            continue
        again = actor.distribution(theta[experience.positions], d.inputs)
        torch.testing.assert_close(again.logp(d.action) * d.mask, d.logp * d.mask, atol=1e-6, rtol=0)
        assert (experience.measured[AnswerMetric.LOGP_GAP] < 2e-6).all()


@of_each()
def test_training_leaves_the_global_generators_alone(finished, method, task):
    assert finished(method, task).untouched


@of_each("enumerable_preferences")
def test_a_seed_alone_and_killed_after_each_update_is_the_seed_among_others(
    compared: Begun, tmp_path, finished, method, task
):
    """To the bit. What is trained in pieces is also what is trained again."""
    pieces = run_with_kills(lambda: compared.training(tmp_path, method, seeds=(7,)))
    assert pieces._sittings == pieces._iteration + 1 > 2
    assert_same(finished(method, task).run, pieces, 7)


@pytest.mark.parametrize(("method", "task"), [("ppo_penalty", "enumerable"), ("dpo_pl", "enumerable_preferences")])
def test_a_killed_run_ends_with_the_same_bytes(request, tmp_path, finished, method, task):
    begun = request.getfixturevalue({"enumerable": "paid", "enumerable_preferences": "compared"}[task])
    pieces = run_with_kills(lambda: begun.training(tmp_path, method, counted=True))
    assert written(pieces) == finished(method, task).written


@pytest.mark.parametrize("task", TASKS)
def test_the_budget_is_counted_in_tokens_of_each_seed(finished, task):
    watched = finished("grpo", task)
    for position in range(2):
        used = [used for *_, used in watched.learnt(position)]
        assert used[-2] < RUN["budget"] <= used[-1]
        lengths = [float(e.decisions.mask[:, e.positions.index(position)].sum()) for _, e in watched.seen][: len(used)]
        assert used == np.cumsum(lengths).tolist()
        assert watched.rows(Split.TRAIN, AnswerMetric.SILENT_WRONG, position)[0].tolist() == used
        [tokens] = cost(watched, AnswerMetric.TOKENS, position)
        assert tokens == used[-1]


def test_comparisons_cost_no_new_tokens_but_those_that_were_compared(finished):
    dpo, ppo = (finished(name, "enumerable_preferences") for name in ("dpo", "ppo_clip"))
    assert cost(dpo, AnswerMetric.TOKENS, 0) == [0]
    assert cost(dpo, AnswerMetric.LABELLED_TOKENS, 0) == cost(ppo, AnswerMetric.LABELLED_TOKENS, 0)
    assert cost(dpo, AnswerMetric.LABELLED_TOKENS, 0)[0] > 64


def cost(watched, metric: AnswerMetric, position: int) -> list[float]:
    """What `written` would add to the rows at the end of a run."""
    return [float(watched.run._costs()[metric][position])]
