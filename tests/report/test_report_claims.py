"""Each claim with the truth planted: supported where it is true, refuted where it is not, undecided in between."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.schema import Split
from rlbench.report import claims as claim_modules
from rlbench.report.as_latex import as_latex
from rlbench.report.claims import (
    adaptive_penalty,
    answer_length,
    bootstrapping,
    clipping,
    gae,
    importance_weighting,
    improvement_bound,
    natural_gradient,
    parameter_distance,
    rankings,
    reinforce_variance,
    silent_groups,
    state_baseline,
    step_size,
    tilted_reference,
    without_a_critic,
)
from rlbench.report.discovery import modules_of
from rlbench.report.study import Study
from rlbench.report.tables import claims
from rlbench.stats.verdict import Verdict
from tests.report.synthetic import EVALUATIONS
from tests.report.synthetic import TASKS as SYNTHETIC

SUPPORTED, REFUTED, UNDECIDED, NOT_MEASURED = Verdict
TASKS = ["CartPole-v1", "Acrobot-v1", "Pendulum-v1"]
SEEDS = 10


@pytest.fixture(scope="module")
def true(published) -> Study:
    """Probes as if all were true, and no runs that record anything of updates."""
    return published.study


def with_probe(study: Study, name: str, **changes: Callable[[pd.DataFrame], object]) -> Study:
    """A study whose probe found something else in some columns."""
    return replace(study, probes={**study.probes, name: study.probes[name].assign(**changes)})


def with_updates(study: Study, method: str, variant: str = "default", **columns: np.ndarray | float) -> Study:
    """A study in which the runs of a method on every task came to these numbers."""
    seeds = np.tile(np.arange(SEEDS), len(TASKS))
    names = {"task": np.repeat(TASKS, SEEDS), "method": method, "variant": variant, "seed": seeds}
    updates = pd.concat([study.runs.updates, pd.DataFrame(names | columns)], ignore_index=True)
    return replace(study, runs=replace(study.runs, updates=updates))


def with_scores(study: Study, **methods: dict[str, object]) -> Study:
    """A study with these scores of methods and no others, `steps_to_solved` as a share of the budget."""
    lines = []
    for method, columns in methods.items():
        seeds = {"seed": np.tile(np.arange(SEEDS), len(TASKS)), "task": np.repeat(TASKS, SEEDS)}
        own = pd.DataFrame(seeds | {"method": method, "variant": "default"} | columns)
        if "steps_to_solved" in own:
            own["steps_to_solved"] *= own["task"].map({name: t.budget for name, t in study.plan.tasks.items()})
        lines.append(own)
    return replace(study, scores=pd.concat(lines, ignore_index=True))


def verdicts(module: ModuleType, study: Study, words: str = "") -> list[Verdict]:
    """Of the questions that name these words."""
    return [answer.verdict for answer in module.answers(study) if words in answer.question.what]


def around(mean: float, spread: float) -> np.ndarray:
    """Numbers of all runs with this mean on every task."""
    return np.tile(mean + spread * np.linspace(-1, 1, SEEDS), len(TASKS))


EXACT = [
    importance_weighting,
    state_baseline,
    bootstrapping,
    gae,
    parameter_distance,
    improvement_bound,
    tilted_reference,
    rankings,
    silent_groups,
    answer_length,
]


@pytest.mark.parametrize("module", EXACT, ids=lambda module: module.CLAIM.name)
def test_what_is_true_in_every_probe_is_supported(module, true):
    decided = [answer for answer in module.answers(true) if answer.evidence and answer.evidence.units != "runs"]
    assert decided
    assert {answer.verdict for answer in decided} == {SUPPORTED}
    assert {answer.lacks for answer in decided} == {""}


FALSE = [
    (importance_weighting, "importance_weighting", "whole episodes", {"squared_bias_whole": 1e-6}),
    (importance_weighting, "importance_weighting", "KL 0.01", {"squared_bias": 0.04}),
    (importance_weighting, "importance_weighting", "alone, KL 1", {"squared_bias": 0.001}),
    (importance_weighting, "importance_weighting", "rank correlation", {"squared_bias": lambda f: 1 / f["kl"]}),
    (importance_weighting, "importance_weighting", "sample size", {"effective_sample_size": 0.9}),
    (state_baseline, "state_baseline", "bias", {"squared_bias": 1e-6}),
    (state_baseline, "state_baseline", "variance with the value", {"variance": lambda f: 20 - f["variance"]}),
    (state_baseline, "state_baseline", "worlds", {"variance": lambda f: 20 - f["variance"]}),
    (state_baseline, "state_baseline", "half", {"variance": lambda f: 20 - f["variance"]}),
    (bootstrapping, "look_ahead", "bias of Monte Carlo", {"squared_bias": 1e-6}),
    (bootstrapping, "look_ahead", "right critic", {"squared_bias": 1e-6}),
    (bootstrapping, "look_ahead", "bias of TD, critic", {"squared_bias": 1e-6}),
    (bootstrapping, "look_ahead", "variance of TD", {"variance": lambda f: 1 / f["variance"]}),
    (bootstrapping, "look_ahead", "bias falls", {"squared_bias": lambda f: 5 - f["squared_bias"]}),
    (bootstrapping, "look_ahead", "variance rises", {"variance": lambda f: 1 / f["variance"]}),
    (gae, "gae_identities", "largest difference", {"difference": 1e-6}),
    (gae, "look_ahead", "bias falls", {"squared_bias": lambda f: 5 - f["squared_bias"]}),
    (gae, "look_ahead", "variance rises", {"variance": lambda f: 1 / f["variance"]}),
    (gae, "look_ahead", "some 0 < λ", {"squared_bias": 0.0}),
    (parameter_distance, "policy_steps", "percentile", {"kl": lambda f: 0.01 * (1 + 0.01 * f["policy"])}),
    (
        parameter_distance,
        "policy_steps",
        "SD",
        {"kl": lambda f: f["kl"].where(f["step"] == "natural", 1 + 0.01 * f["policy"])},
    ),
    (natural_gradient, "policy_steps", "exact steps with KL", {"kl": lambda f: 0.5 * f["limit"]}),
    (natural_gradient, "policy_steps", "return is lower, ", {"gain": 0.1}),
    (improvement_bound, "policy_steps", "lower bound", {"slack": -0.1}),
    (improvement_bound, "policy_steps", "exact TRPO steps that raise", {"gain": lambda f: -f["gain"].abs()}),
    (improvement_bound, "policy_steps", "promises", {"slack": 9.0}),
    (tilted_reference, "preference_identities", "best of a hundred", {"margin": -1e-6}),
    (tilted_reference, "preference_identities", "β log Z", {"value_error": 1e-6}),
    (tilted_reference, "preference_identities", "losses of DPO", {"constant": 1e-6}),
    (rankings, "preference_identities", "K = 2", {"two": 1e-6}),
    (silent_groups, "silent_groups", "equal rewards", {"largest_in_silent": 1e-9}),
    (silent_groups, "silent_groups", "any other group", {"least_elsewhere": 0.0}),
    (silent_groups, "silent_groups", "p^G", {"silent": lambda f: f["expected"] + 1e-6}),
    (answer_length, "answer_length", "length, GRPO", {"pull": 0.1}),
    (answer_length, "answer_length", "without 1/|o|", {"pull": lambda f: 1 / f["length"]}),
]


@pytest.mark.parametrize(
    ("module", "probe", "words", "changes"), FALSE, ids=[f"{m.CLAIM.name} {w}" for m, _, w, _ in FALSE]
)
def test_each_question_is_refuted_where_it_is_false(module, probe, words, changes, true):
    found = verdicts(module, with_probe(true, probe, **changes), words)
    assert found
    assert set(found) == {REFUTED}


def test_worlds_that_disagree_decide_nothing_and_it_is_said_how_many_would(true):
    study = with_probe(true, "importance_weighting", effective_sample_size=lambda f: 0.52 + 0.2 * (-1) ** f["world"])
    [answer] = [a for a in importance_weighting.answers(study) if "sample size" in a.question.what]
    assert answer.verdict is UNDECIDED
    size = int(answer.lacks.removeprefix("about ").split()[0].replace(",", ""))
    assert size > 12
    assert answer.lacks.endswith("worlds")


@pytest.mark.parametrize(
    ("kl", "above", "expected"), [(0.4, 0.2, SUPPORTED), (0.01, 0.001, REFUTED), (0.05, 0.05, UNDECIDED)]
)
def test_natural_gradient_is_judged_by_the_share_of_updates_above_its_bound(true, kl, above, expected):
    study = with_updates(true, "npg", beyond_limit=around(kl, 0.01 + kl / 5), above_limit=around(above, above / 2))
    assert verdicts(natural_gradient, study, "of runs with KL") == [expected] * 2


@pytest.mark.parametrize(
    ("share", "spread", "expected"), [(1.0, 0, SUPPORTED), (0.8, 0.1, REFUTED), (0.985, 0.04, UNDECIDED)]
)
def test_the_line_search_has_to_find_a_step_in_all_but_one_of_a_hundred_updates(true, share, spread, expected):
    study = with_updates(true, "npg", accepted=0.0)
    study = replace(study, runs=replace(study.runs, updates=study.runs.updates.query("method != 'trpo'")))
    study = with_updates(study, "trpo", accepted=around(share, spread))
    assert verdicts(improvement_bound, study, "line search") == [expected]


def penalty(study: Study, ratio: np.ndarray, near: np.ndarray, fixed: np.ndarray) -> Study:
    study = with_updates(study, "ppo_penalty", kl_mean=0.01 * ratio, kl_limit=0.01, near_limit=near)
    return with_updates(study, "ppo_penalty", "fixed_beta", kl_mean=0.01, kl_limit=0.01, near_limit=fixed)


def test_an_adaptive_penalty_is_judged_by_target_and_by_a_fixed_one(true):
    good = penalty(true, around(1.1, 0.1), around(0.8, 0.1), around(0.3, 0.1))
    assert verdicts(adaptive_penalty, good)[:3] == [SUPPORTED] * 3
    bad = penalty(true, around(3.0, 0.5), around(0.2, 0.1), around(0.6, 0.1))
    assert verdicts(adaptive_penalty, bad)[:3] == [REFUTED] * 3
    vague = penalty(true, around(1.5, 0.6), around(0.5, 0.4), around(0.5, 0.4))
    assert verdicts(adaptive_penalty, vague)[:3] == [UNDECIDED] * 3


def test_a_kl_above_target_on_one_task_and_below_on_another_is_not_on_target(true):
    study = penalty(true, np.repeat([1 / 3, 1.0, 3.0], SEEDS) * around(1.0, 0.05), around(0.8, 0.1), around(0.3, 0.1))
    [answer] = [a for a in adaptive_penalty.answers(study) if "factor the mean KL" in a.question.what]
    assert answer.verdict is REFUTED
    assert answer.agreeing == "1 of 3"


@pytest.mark.parametrize(
    ("rho", "spread", "expected"), [(0.9, 0.1, SUPPORTED), (0.3, 0.2, REFUTED), (0.7, 0.3, UNDECIDED)]
)
def test_clip_fraction_and_kl_are_alike_if_their_ranks_are(true, rho, spread, expected):
    study = replace(true, runs=replace(true.runs, updates=true.runs.updates.query("method != 'ppo_clip'")))
    assert verdicts(clipping, study)[:1] == [NOT_MEASURED]
    study = with_updates(study, "ppo_clip", clip_follows_kl=around(rho, spread))
    assert verdicts(clipping, study)[:1] == [expected]


@pytest.mark.parametrize(
    ("silent", "spread", "expected"), [(0.3, 0.1, SUPPORTED), (0.01, 0.01, REFUTED), (0.05, 0.04, UNDECIDED)]
)
def test_silent_groups_matter_from_one_in_twenty(true, silent, spread, expected):
    assert verdicts(silent_groups, true, "in training") == [NOT_MEASURED]
    study = with_updates(true, "grpo", silent_groups=around(silent, spread))
    assert verdicts(silent_groups, study, "in training") == [expected]


@pytest.mark.parametrize(("growth", "expected"), [(0.3, SUPPORTED), (0.0, REFUTED), (0.05, UNDECIDED)])
def test_wrong_answers_that_grow_with_the_mean_over_tokens_support_dilution(builder, growth, expected):
    """Runs of Dr. GRPO whose wrong answers stay as long as they were, and of GRPO whose do not."""

    def lengths(task, method, seed, steps):
        far = growth + 0.01 * (seed - 2) if method == "grpo" else 0.01 * (seed - 2)
        ends = ((int(steps[0]), 10.0), *((int(step), 10 + 10 * far) for step in steps[1:]))
        return [(seed, step, Split.STOCHASTIC, AnswerMetric.LENGTH_WRONG, value) for step, value in ends]

    builder.cell("CartPole-v1", "grpo", range(5), measured=lengths)
    lonely = Study.read(builder.results, builder.plan())
    assert verdicts(answer_length, lonely, "wrong answers") == [NOT_MEASURED]
    builder.cell("CartPole-v1", "dr_grpo", range(5), measured=lengths)
    study = Study.read(builder.results, builder.plan())
    assert verdicts(answer_length, study, "wrong answers") == [expected]


def learners(study: Study, spread: float, time: float) -> Study:
    """REINFORCE with this spread of final returns and time until solved, actor-critics with 1 and half the budget."""
    anchors = {name: task.anchors for name, task in study.plan.tasks.items()}
    task = np.repeat(TASKS, SEEDS)
    width = np.array([anchors[name].solved - anchors[name].random for name in task])
    random = np.array([anchors[name].random for name in task])

    def scores(wide: float, when: float) -> dict[str, object]:
        final = random + width * around(0.5, 0.1 * wide)
        return {"final_stochastic": final, "steps_to_solved": around(when, 0.05)}

    others = dict.fromkeys(reinforce_variance.OTHERS.values(), scores(1.0, 0.5))
    return with_scores(study, reinforce=scores(spread, time), **others)


@pytest.mark.parametrize(
    ("spread", "time", "expected"), [(4.0, 0.9, SUPPORTED), (0.2, 0.2, REFUTED), (1.0, 0.5, UNDECIDED)]
)
def test_reinforce_is_judged_by_spread_and_by_time(true, spread, time, expected):
    study = learners(true, spread, time)
    assert verdicts(reinforce_variance, study, "spread of final") == [expected] * 3
    assert verdicts(reinforce_variance, study, "time until solved") == [expected] * 3


def test_a_run_that_never_solves_its_task_counts_with_the_whole_budget(true):
    study = learners(true, 1.0, 0.5)
    never = study.scores.assign(
        steps_to_solved=study.scores["steps_to_solved"].where(study.scores["method"] != "reinforce")
    )
    [answer, *_] = [
        a for a in reinforce_variance.answers(replace(study, scores=never)) if "time until" in a.question.what
    ]
    assert answer.verdict is SUPPORTED
    assert answer.evidence.interval.estimate == pytest.approx(0.5)


def falling(study: Study, method: str, share: float) -> pd.DataFrame:
    """Curves of which a share climbs to the solved line and falls back to the random policy for good."""
    lines = []
    for task, seed in ((task, seed) for task in TASKS for seed in range(SEEDS)):
        anchors = study.plan.tasks[task].anchors
        ends = anchors.random if seed < share * SEEDS else anchors.solved
        values = [anchors.random, *[anchors.solved] * 5, *[ends] * 5]
        own = {"task": task, "method": method, "variant": "default", "seed": seed}
        lines += [own | {"step": float(step), "value": value} for step, value in enumerate(values)]
    return pd.DataFrame(lines)


@pytest.mark.parametrize(
    ("own", "others", "expected"), [(0.9, 0.1, SUPPORTED), (0.1, 0.9, REFUTED), (0.4, 0.4, UNDECIDED)]
)
def test_reinforce_is_judged_by_collapses(true, own, others, expected):
    study = replace(true)
    curves = [falling(study, name, others) for name in reinforce_variance.OTHERS.values()]
    # What was evaluated is put together once and kept: what is kept is what is planted.
    study.__dict__["evaluated"] = pd.concat([falling(study, "reinforce", own), *curves], ignore_index=True)
    assert verdicts(reinforce_variance, study, "collapsed") == [expected] * 3


def test_grpo_is_judged_by_its_costs_on_every_task(builder):
    for task in TASKS:
        for method in ("grpo", "ppo_clip"):
            builder.cell(task, method, range(SEEDS))
    study = Study.read(builder.results, builder.plan())
    # The synthetic counts: four epochs against one, and as many parameters.
    assert verdicts(without_a_critic, study, "FLOP") == [SUPPORTED]
    assert verdicts(without_a_critic, study, "seconds") == [NOT_MEASURED]
    answers = {a.question.what: a for a in without_a_critic.answers(study)}
    assert answers["FLOP in updates for each step"].agreeing == "3 of 3"
    assert answers["FLOP in updates for each step"].evidence.n == 3
    assert answers["trainable parameters"].evidence.interval.estimate == 1.0
    assert verdicts(without_a_critic, learners(study, 1.0, 0.5), "time until") == [NOT_MEASURED]


def of_score(level, falls=False):
    """Runs that are at a part of the task's range after their beginning, and from the middle on at none of it."""

    def draw(task, method, variant, seed, split, budget):
        del method, variant, split
        anchors = SYNTHETIC[task]["anchors"]
        steps = np.linspace(0, budget, EVALUATIONS + 1).astype(int)
        score = np.where(steps > 0, level + 0.01 * seed, 0.0) * np.where(falls & (steps > budget / 2), 0.0, 1.0)
        return steps, anchors["random"] + score * (anchors["solved"] - anchors["random"])

    return draw


@pytest.mark.parametrize(
    ("small", "large", "falls", "expected"),
    [
        (0.1, 0.8, True, [SUPPORTED, SUPPORTED, SUPPORTED]),
        (0.1, 0.6, False, [SUPPORTED, SUPPORTED, REFUTED]),
        (0.85, 0.85, False, [REFUTED, REFUTED, REFUTED]),
        (0.1, 0.85, False, [REFUTED, SUPPORTED, REFUTED]),
    ],
)
def test_a_step_is_judged_by_what_is_lost_on_both_sides_of_the_best(builder, small, large, falls, expected):
    for task in ("CartPole-v1", "Acrobot-v1"):
        for method in ("reinforce", "a2c"):
            builder.cell(task, method, range(6), curve=of_score(0.9))
            builder.point(task, method, "lr", 1e-4, range(6), curve=of_score(small))
            builder.published_point(task, method, "lr", 1e-3, range(6))
            builder.point(task, method, "lr", 1e-2, range(6), curve=of_score(large, falls))
    study = Study.read(builder.results, builder.plan())
    assert [answer.verdict for answer in step_size.answers(study)] == expected


def test_without_a_study_of_steps_nothing_is_said_of_them(true):
    assert {answer.verdict for answer in step_size.answers(true)} == {NOT_MEASURED}


def test_all_nineteen_claims_are_there_once_each_with_questions_that_say_what_and_why():
    modules = modules_of(claim_modules)
    assert sorted(module.CLAIM.number for module in modules) == list(range(1, 20))
    assert all(module.CLAIM.sentence and ": " in module.CLAIM.place for module in modules)


def test_the_table_has_a_line_for_each_question_and_says_each_claim_once(true):
    table = claims.table(true)
    answers = [answer for module in modules_of(claim_modules) for answer in module.answers(true)]
    assert len(table.frame) == len(answers)
    assert (
        table.frame["verdict"].value_counts().to_dict()
        == pd.Series([str(a.verdict) for a in answers]).value_counts().to_dict()
    )
    said = [line[1] for block in table.blocks() for group in block.groups for line in group]
    assert sum(bool(sentence) for sentence in said) == 19
    unmeasured = table.frame[table.frame["verdict"] == NOT_MEASURED]
    assert unmeasured["effect"].isna().all()
    assert (unmeasured["lacks"] != "").all()
    measured = table.frame[table.frame["verdict"] != NOT_MEASURED]
    assert measured[["effect", "effect_low", "effect_high", "count"]].notna().all(axis=None)
    assert (measured[["holds", "reason", "units"]] != "").all(axis=None)


def test_its_latex_needs_no_letter_that_a_font_of_latex_lacks(true):
    text = as_latex(claims.table(true), true.plan)
    assert text.isascii()
    assert r"\ensuremath{\lambda}" in text
