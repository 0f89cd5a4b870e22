"""What tables and figures say of tasks whose answers are judged, where every number follows from a formula."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlbench.core.answer_metrics import ANSWER_QUANTITIES, AnswerMetric
from rlbench.core.schema import Metric, Split
from rlbench.report import frontier
from rlbench.report.at_the_end import last, recorded
from rlbench.report.digits import NOTHING
from rlbench.report.optimum import optimum
from rlbench.report.study import Study
from rlbench.report.tables import answer_parts, answers, preferences, reward_models, sides, silent_groups
from rlbench.report.tables import optimum as optimum_table
from rlbench.stats.intervals import t_interval
from tests.report.synthetic import EVALUATIONS, Builder
from tests.report.synthetic_answers import (
    BATCHES,
    DIALOGUES,
    LONGEST,
    PRICE,
    SEEDS,
    SUMS,
    WORD_PREFERENCES,
    WORDS,
    WORTH,
    fill_answers,
    progress,
)
from tests.report.test_report_tables import line

NEW = (optimum_table, answers, answer_parts, silent_groups, reward_models)
LAST = np.array([EVALUATIONS - 1, EVALUATIONS])
"""The last tenth of the evaluations."""


def done(method: str, seed: int) -> float:
    return float(progress(method, seed, LAST).mean())


def test_a_number_of_a_run_is_the_mean_over_the_last_tenth_of_its_evaluations(answering):
    got = last(answering, SUMS, ("ppo_clip", "default"), AnswerMetric.RIGHT)
    assert got == pytest.approx([done("ppo_clip", seed) for seed in SEEDS])


def test_a_failed_run_counts_with_the_policy_that_it_began_from(answering):
    right = last(answering, SUMS, ("grpo", "default"), AnswerMetric.RIGHT)
    assert right[2] == 0.0
    assert right[[0, 1, 3, 4]] == pytest.approx([done("grpo", seed) for seed in (0, 1, 3, 4)])
    assert np.isnan(last(answering, SUMS, ("grpo", "default"), AnswerMetric.LENGTH_RIGHT)[2])


def test_answers_say_how_many_are_right_and_cut_off_and_how_long_they_are(answering):
    table = answers.table(answering)
    assert table.frame["task"].drop_duplicates().tolist() == [SUMS, WORDS, WORD_PREFERENCES, DIALOGUES]
    got = line(table, task=WORDS, method="RLOO")
    share = np.array([done("rloo", seed) for seed in SEEDS])
    expected = t_interval(share)
    assert got[["right", "right_low", "right_high"]].tolist() == pytest.approx(
        [expected.estimate, expected.low, expected.high]
    )
    assert got["cut_off"] == pytest.approx(0.1 * share.mean())
    assert got["length"] == pytest.approx(LONGEST - share.mean())
    assert (got["length_right"], got["length_wrong"], got["n"]) == (3.0, LONGEST, len(SEEDS))
    assert got["logp_gap"] == pytest.approx(1e-7 * np.mean([seed + 1 for seed in SEEDS]))
    assert np.isnan(line(table, task=DIALOGUES, method="DPO")["logp_gap"])
    assert f"On {WORDS}, the share of right answers goes from" in table.summary


def test_parts_of_answers_are_those_that_a_task_looks_at(answering):
    table = answer_parts.table(answering)
    assert table.frame["part"].drop_duplicates().tolist() == [
        "ended before the most tokens that an answer may have",
        "have the form that was asked for",
    ]
    got = line(table, task=SUMS, part="have the form that was asked for", method="PPO-clip")
    assert got["share"] == pytest.approx(0.5 + 0.5 * np.mean([done("ppo_clip", seed) for seed in SEEDS]))
    assert [len(group) for group in table.blocks()[0].groups] == [4, 4]


def test_every_share_of_answers_is_a_part_but_that_of_right_ones():
    shares = [metric for metric, quantity in ANSWER_QUANTITIES.items() if quantity.meaning.startswith("share of answ")]
    assert set(shares) - set(answer_parts.PARTS) == {AnswerMetric.RIGHT}


def test_price_and_worth_of_the_optimum_follow_from_what_policies_lack(answering):
    found = optimum(answering, WORDS)
    assert found is not None
    assert (found.price, found.worth, found.lacking) == pytest.approx((PRICE, WORTH, 4 * PRICE))
    assert optimum(answering, SUMS) is None
    assert optimum(answering, "CartPole-v1") is None


def test_a_plan_in_which_all_policies_are_the_optimum_has_no_price(answering):
    rows = answering.runs.rows
    exact = rows["metric"].isin([AnswerMetric.REGRET, AnswerMetric.KL_OPTIMUM])
    there = replace(answering, runs=replace(answering.runs, rows=rows.assign(value=rows["value"].where(~exact, 0.0))))
    assert optimum(there, WORDS) is None
    table = optimum_table.table(there)
    assert table.frame.loc[table.frame["task"] == WORDS, "among_nearest"].all()
    assert not any("Price of a nat" in note for note in table.notes)


def test_the_nearest_to_the_optimum_stands_out_and_is_named(answering):
    table = optimum_table.table(answering)
    assert table.frame["task"].drop_duplicates().tolist() == [WORDS, WORD_PREFERENCES]
    own = table.frame[table.frame["task"] == WORDS]
    assert own.loc[own["among_nearest"], "method"].tolist() == ["PPO-clip"]
    got = line(table, task=WORDS, method="PPO-clip")
    away = 4 * (1 - np.mean([done("ppo_clip", seed) for seed in SEEDS]))
    assert got[["regret", "kl_optimum"]].tolist() == pytest.approx([PRICE * away, away])
    assert f"On {WORDS}, PPO-clip lacks least" in table.summary
    assert "with 95 % confidence it is the nearest of 4 methods" in table.summary
    assert any(f"{WORDS} {PRICE:g}, so that the optimum is worth {WORTH:g}" in note for note in table.notes)


def test_silent_groups_are_means_over_all_batches_of_the_methods_that_have_groups(answering):
    table = silent_groups.table(answering)
    assert table.frame["method"].drop_duplicates().tolist() == ["GRPO", "RLOO"]
    got = line(table, task=WORDS, method="RLOO")
    share = np.arange(1, BATCHES + 1) / BATCHES
    assert got["all_wrong"] == pytest.approx((0.8 - 0.8 * share).mean())
    assert got["all_right"] == pytest.approx(((0.4 - 0.01 * np.mean(SEEDS)) * share).mean())
    assert got["wasted_tokens"] == pytest.approx(got["all_wrong"] + got["all_right"])
    assert got["effective_prompts"] == pytest.approx(8 * (1 - got["wasted_tokens"]))
    assert got[["groups", "group_size", "n"]].tolist() == [8, 8, len(SEEDS)]
    # Runs of equal batches are equal: such an interval is marked.
    assert got["all_wrong_low"] == got["all_wrong_high"]
    assert any(note.startswith("[x, x]") for note in table.notes)


def test_tasks_without_a_silent_group_are_said_to_have_none(answering):
    silent = answering.runs.collected["metric"].str.startswith(("silent", "wasted"))
    collected = answering.runs.collected.assign(value=answering.runs.collected["value"].where(~silent, 0.0))
    table = silent_groups.table(replace(answering, runs=replace(answering.runs, collected=collected)))
    assert f"On {SUMS}, no group of any method was silent." in table.summary


def test_reward_models_are_told_by_their_records_and_by_every_seed_where_each_has_its_own(answering, everything):
    table = reward_models.table(answering)
    assert table.frame["task"].tolist() == [WORD_PREFERENCES, DIALOGUES]
    words, dialogues = line(table, task=WORD_PREFERENCES), line(table, task=DIALOGUES)
    assert words[["models", "compared", "comparisons", "flipped"]].tolist() == [1, 6_000, 3_000, 0.1]
    assert (words["preferred_is_better"], words["accuracy"], words["correlation"]) == (0.85, 0.75, 0.5)
    assert np.isnan(words["accuracy_low"])
    assert np.isnan(words["ties"])
    assert dialogues["ties"] == 0.03
    control = line(reward_models.table(everything), task="CartPole-preferences")
    assert control[["models", "compared", "comparisons", "fresh_pairs"]].tolist() == [5, 2_000, 1_000, 500]
    assert control["accuracy"] == pytest.approx(np.mean([0.8 + 0.01 * seed for seed in range(5)]))


def test_learned_and_hidden_returns_are_compared_over_policies_of_one_seed(answering):
    # Both rise with the same progress, so that they order the methods alike whatever the seed.
    assert reward_models.after_training(answering, WORD_PREFERENCES) == pytest.approx(np.ones(len(SEEDS)))
    assert not len(reward_models.after_training(answering, DIALOGUES))
    rows = answering.runs.rows
    turned = (rows["metric"] == Metric.PROXY_RETURN) & (rows["task"] == WORD_PREFERENCES)
    worse = rows.assign(value=rows["value"].where(~turned, -rows["value"]))
    study = replace(answering, runs=replace(answering.runs, rows=worse))
    assert reward_models.after_training(study, WORD_PREFERENCES) == pytest.approx(-np.ones(len(SEEDS)))


def test_a_return_is_called_what_it_is(answering, everything):
    assert frontier.returns(answering, SUMS) == {Metric.RETURN_MEAN: "return"}
    assert list(frontier.returns(answering, WORD_PREFERENCES).values()) == ["hidden return", "learned return"]
    assert frontier.returns(answering, DIALOGUES) == {Metric.PROXY_RETURN: "learned return"}
    assert frontier.preference_tasks(answering) == [WORD_PREFERENCES, DIALOGUES]
    assert frontier.reference_tasks(answering) == [SUMS, WORDS, WORD_PREFERENCES, DIALOGUES]
    assert recorded(everything, frontier.DISTANCE) == ["CartPole-preferences", "LunarLander-preferences"]


def test_preferences_have_no_hidden_return_where_nobody_knows_one(answering, everything):
    table = preferences.table(answering)
    got = line(table, task=DIALOGUES, method="DPO")
    assert np.isnan(got["gold_return"])
    learned = np.mean([(progress("dpo", seed, LAST) ** 2).mean() for seed in SEEDS])
    assert got["proxy_return"] == pytest.approx(learned)
    assert got["preference_accuracy"] == pytest.approx(0.5 + 0.2 * np.mean([done("dpo", seed) for seed in SEEDS]))
    shown = table.shown()
    assert (shown.loc[table.frame["task"] == WORD_PREFERENCES, "own accuracy"] == NOTHING).all()
    assert "own accuracy" not in preferences.table(everything).shown()


@pytest.mark.parametrize("module", NEW)
def test_tables_of_answers_are_empty_where_nobody_answered(published, module):
    table = module.table(published.study)
    assert table.frame.empty
    assert table.paragraph == ""
    assert len(table.shown().columns) > 3


def test_batches_are_read_and_training_episodes_are_not(answering):
    collected = answering.runs.collected
    assert set(collected["metric"]) == {
        "silent_wrong",
        "silent_right",
        "wasted_tokens",
        "effective_prompts",
        "logp_gap",
    }
    assert set(collected["task"]) == {SUMS, WORDS, WORD_PREFERENCES, DIALOGUES}
    assert (answering.runs.rows["split"] != Split.TRAIN).all()


def test_a_record_that_is_not_there_is_an_error(builder: Builder):
    plan = fill_answers(builder, (WORD_PREFERENCES,))
    [record] = (builder.results / "rewards" / WORD_PREFERENCES).iterdir()
    record.unlink()
    with pytest.raises(FileNotFoundError, match=r"c{16}\.record\.json"):
        Study.read(builder.results, plan)


def test_a_cell_without_a_row_of_a_metric_has_no_line(answering):
    rows = answering.runs.rows
    kept = rows[~((rows["task"] == WORDS) & (rows["method"] == "grpo"))]
    study = replace(answering, runs=replace(answering.runs, rows=kept))
    for module in (answers, optimum_table):
        frame: pd.DataFrame = module.table(study).frame
        assert "GRPO" not in frame.loc[frame["task"] == WORDS, "method"].tolist()


def test_every_method_s_quarters_are_counted_and_an_empty_one_has_its_reason(answering):
    table = sides.table(answering)
    found = table.frame.set_index("method")
    assert found.loc["PPO-clip", list(sides.QUARTERS)].tolist() == ["1 of 1", "\N{EN DASH}", "2 of 2", "2 of 2"]
    assert found.loc["DPO", "language, rewards"] == "\N{EN DASH}¹"
    assert found.loc["DPO", "language, preferences"] == "2 of 2"
    assert "¹ needs recorded comparisons" in table.notes
    assert "language, preferences: word-comparisons and dialogues" in table.notes[0]


def test_language_tasks_are_judged_by_sampled_answers_and_control_by_the_most_likely_action(answering):
    for task, score in (("sums", "final_stochastic"), ("CartPole-v1", "final_deterministic")):
        lines = answering.cell_scores(task, "ppo_clip", "default")
        assert lines["final"].tolist() == lines[score].tolist()
