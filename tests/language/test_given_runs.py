"""From rows of a data set to recorded runs, by a configuration alone."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from rlbench.commands.prepare import prepare
from rlbench.commands.train import train
from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.config import load
from rlbench.core.plan import Plan, make
from rlbench.core.schema import Metric, Split
from rlbench.corpora.corpus import unjudged
from rlbench.corpora.stories import Stories
from tests.language.given import save_model, settings

UPDATE = {"minibatches": 2, "lr": 1e-2}
METHODS = {
    "ppo_clip": {"rollout": {"episodes": 8}, "update": UPDATE, "critic": UPDATE},
    "grpo": {"rollout": {"episodes": 8, "group": 4}, "update": UPDATE},
    "dpo": {"rollout": {"prompts": 10}, "update": UPDATE},
}
BOTH = (Split.STOCHASTIC, Split.DETERMINISTIC)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("model"))


def planned(path, task: str, methods: list[str], given: dict) -> Plan:
    config = {
        "results": str(path / "results"),
        "engine": "eager",
        "device": "cpu",
        "seeds": [3],
        "evaluations": 1,
        "evaluation_episodes": 4,
        "tasks": {task: {"budget_tokens": 1_000} | given},
        "methods": methods,
        "settings": {method: {"language": METHODS[method]} for method in methods},
    }
    (path / "asked.yaml").write_text(yaml.safe_dump(config))
    return make(load(path / "asked.yaml"))


def made(plan: Plan) -> dict[str, dict]:
    """Make everything; returns what the records of artefacts say by their kind."""
    results = plan.config.results
    for one in plan.artefacts:
        assert prepare(plan, results / one.record) == 0
    for job in plan.jobs:
        assert train(plan, results / job.path) == 0
    return {one.kind: json.loads((results / one.record).read_text()) for one in plan.artefacts}


def last(plan: Plan, method: str) -> dict[tuple[str, str], float]:
    """What was recorded last of each metric."""
    [job] = [job for job in plan.jobs if job.cell.method == method]
    rows = pq.read_table(plan.config.results / job.path).to_pylist()
    assert all(np.isfinite(row["value"]) or row["metric"].startswith("length_") for row in rows)
    return {(row["split"], row["metric"]): row["value"] for row in rows}


def test_preferences_of_people_end_to_end(model, tmp_path):
    plan = planned(tmp_path, "hh_rlhf", ["ppo_clip", "dpo"], settings("hh_rlhf", model))
    said = made(plan)
    assert said["data"]["records"]["left_out"]["prompt_too_long"] == 1
    for method in ("ppo_clip", "dpo"):
        found = last(plan, method)
        for split in BOTH:
            # There is no other reward than the learned one.
            assert found[split, Metric.RETURN_MEAN] == found[split, Metric.PROXY_RETURN]
            assert found[split, AnswerMetric.RIGHT] == found[split, AnswerMetric.ENDED]
        assert found[Split.STOCHASTIC, Metric.KL_REFERENCE_EPISODE] > 0
        assert 0 <= found[Split.STOCHASTIC, AnswerMetric.PREFERENCE_ACCURACY] <= 1
        assert found[Split.PREPARATION, Metric.REWARD_MODEL_ACCURACY] == said["reward"]["accuracy"]
        assert (Split.PREPARATION, Metric.REWARD_MODEL_CORRELATION) not in found
    assert last(plan, "dpo")[Split.COST, AnswerMetric.TOKENS] == 0
    assert make(plan.config).missing == []


def test_a_judge_that_nobody_is_told_end_to_end(model, tmp_path):
    plan = planned(tmp_path, "stories", ["grpo", "dpo"], settings("stories", model))
    said = made(plan)
    assert set(said) == {"data", "model", "comparisons", "reward"}
    for method in ("grpo", "dpo"):
        found = last(plan, method)
        for split in BOTH:
            assert -1 <= found[split, Metric.RETURN_MEAN] <= 1
            assert found[split, Metric.RETURN_MEAN] != found[split, Metric.PROXY_RETURN]
            assert found[split, AnswerMetric.RIGHT] == found[split, AnswerMetric.POSITIVE]


def test_answers_that_can_be_checked_end_to_end(model, tmp_path):
    plan = planned(tmp_path, "gsm8k", ["grpo", "dpo"], settings("gsm8k", model))
    assert [gap.reason for gap in plan.gaps] == ["needs recorded comparisons"]
    made(plan)
    found = last(plan, "grpo")
    for split in BOTH:
        assert (
            found[split, Metric.RETURN_MEAN] == found[split, AnswerMetric.STRICT] <= found[split, AnswerMetric.MARKED]
        )


def test_answers_that_are_all_worth_the_same_are_not_compared(model, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Stories, "judge", lambda stories, answers, solutions: unjudged(answers))
    given = settings("stories", model) | {"tuning": {"steps": 1, "texts": 8}}
    plan = planned(tmp_path, "stories", ["dpo"], given)
    results, (data, tuned, comparisons, _) = plan.config.results, plan.artefacts
    assert [prepare(plan, results / one.record) for one in (data, tuned, comparisons)] == [0, 0, 1]
    assert "stories: the model's answers are all worth the same" in capsys.readouterr().err


def test_what_cannot_be_made_ends_with_one_line_and_a_number(model, tmp_path, capsys):
    given = settings("hh_rlhf", model) | {"recording": {"prompts": 1_000, "fresh_pairs": 4}}
    plan = planned(tmp_path, "hh_rlhf", ["dpo"], given)
    data, tuned, comparisons, _ = plan.artefacts
    results = plan.config.results
    assert [prepare(plan, results / one.record) for one in (data, tuned)] == [0, 0]
    capsys.readouterr()
    assert prepare(plan, results / comparisons.record) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("hh_rlhf: recording.prompts: 1000 are more than the ")
    assert not (results / comparisons.record).exists()
