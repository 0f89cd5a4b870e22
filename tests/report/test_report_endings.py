"""What was measured of last policies as tables: from numbers that are made up, and from none."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlbench.core.ending import Asked
from rlbench.report.endings import read_endings
from rlbench.report.study import Study
from rlbench.report.tables import kl_initial, prompts
from rlbench.report.versus import ALL_TASKS
from rlbench.stats import two_way
from rlbench.stats.intervals import t_interval
from tests.report.synthetic import TASKS, Builder

PROMPTS, SEEDS = 12, 5
ANCHORS = TASKS["CartPole-v1"]["anchors"]


def written(builder: Builder, asked: Asked, task: str, method: str, frame: pd.DataFrame) -> None:
    """A file as the measurement writes it, under a fingerprint of sixteen digits."""
    fingerprint = f"{len(builder.endings):016x}"
    about = {"task": task, "method": method, "variant": "default", "asked": asked, "fingerprint": fingerprint}
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata({"rlbench": json.dumps(about)})
    file = f"endings/{task}/{fingerprint}/seeds_0-{frame['seed'].max()}.parquet"
    (builder.results / file).parent.mkdir(parents=True)
    pq.write_table(table, builder.results / file)
    builder.endings.append(file)


def rewards(scores: np.ndarray) -> pd.DataFrame:
    """These scores, [seeds, prompts], in the unit of the task's rewards."""
    seeds, count = scores.shape
    unit = ANCHORS["solved"] - ANCHORS["random"]
    return pd.DataFrame(
        {
            "seed": np.repeat(np.arange(seeds), count),
            "prompt": np.tile(np.arange(count), seeds),
            "text": [f"prompt {n % 7}" for n in range(count)] * seeds,
            "reward": ANCHORS["random"] + unit * scores.ravel(),
            "variance": 4 * (0.1 * unit) ** 2,
            "samples": 4,
        }
    )


def scores(method: str, mean: float, seeds: int = SEEDS) -> np.ndarray:
    """Prompts are as hard for every method, and one run is better than another."""
    generator = np.random.default_rng(len(method))
    hard = np.linspace(-0.2, 0.2, PROMPTS)
    return mean + hard + 0.1 * generator.standard_normal((seeds, 1)) + 0.02 * generator.standard_normal((seeds, 12))


MEANS = {"reinforce": 0.3, "a2c": 0.65, "ppo_clip": 0.7}


@pytest.fixture
def asked_prompts(builder: Builder) -> Study:
    for method, mean in MEANS.items():
        builder.cell("CartPole-v1", method, range(SEEDS))
        # A file holds a sixth run, which the plan does not ask for.
        written(builder, Asked.PROMPTS, "CartPole-v1", method, rewards(scores(method, mean, SEEDS + 1)))
    builder.cell("CartPole-v1", "trpo", range(1))
    written(builder, Asked.PROMPTS, "CartPole-v1", "trpo", rewards(scores("trpo", 0.5, 1)))
    return Study.read(builder.results, builder.plan())


def lines(made, task: str = "CartPole-v1") -> pd.DataFrame:
    frame = made.frame[made.frame["task"] == task]
    return frame.set_index("method")


def test_scores_have_two_way_intervals_of_the_runs_that_are_asked_for(asked_prompts):
    line = lines(prompts.table(asked_prompts)).loc["A2C"]
    own = scores("a2c", 0.65, SEEDS + 1)[:SEEDS]
    wanted = two_way.mean(own).interval
    assert line["n"] == SEEDS
    assert (line["score"], line["score_low"], line["score_high"]) == pytest.approx(
        (wanted.estimate, wanted.low, wanted.high)
    )
    alone = t_interval(own.mean(0))
    assert (line["alone_low"], line["alone_high"]) == pytest.approx((alone.low, alone.high))
    parts = two_way.components(own)
    assert (line["sd_runs"], line["sd_prompts"], line["sd_rest"]) == pytest.approx(
        tuple(np.sqrt([parts.seeds, parts.prompts, parts.rest]))
    )
    assert line["sampling"] == 1.0, "of more variance than there is, no more is left than all of it"


def test_methods_are_compared_with_the_yardstick_on_the_same_prompts_and_corrected(asked_prompts):
    made = lines(prompts.table(asked_prompts))
    own = {method: scores(method, mean, SEEDS + 1)[:SEEDS] for method, mean in MEANS.items()}
    found = {method: two_way.difference(own[method], own["ppo_clip"]) for method in ("reinforce", "a2c")}
    p = {method: one.p_value for method, one in found.items()}
    assert made.loc["REINFORCE", "difference"] == pytest.approx(found["reinforce"].value)
    # Of three comparisons, that of the single run being none: Benjamini and Hochberg's.
    assert made.loc["REINFORCE", "p_value"] == pytest.approx(min(3 * p["reinforce"], 3 / 2 * p["a2c"]))
    assert made.loc["A2C", "p_value"] == pytest.approx(3 / 2 * p["a2c"])
    assert made.loc["A2C", "detectable"] > 0
    assert np.isnan(made.loc["PPO-clip", "p_value"])


def test_one_run_is_labelled_as_this_checkpoint_only_and_is_compared_with_nobody(asked_prompts):
    made = prompts.table(asked_prompts)
    single = lines(made).loc["TRPO"]
    assert single["holds_for"] == "this checkpoint only"
    assert set(lines(made).drop(index="TRPO")["holds_for"]) == {"further runs and prompts"}
    assert (single["score_low"], single["score_high"]) == pytest.approx((single["alone_low"], single["alone_high"]))
    assert single[["difference_low", "p_value", "detectable"]].isna().all()
    assert any("this checkpoint only" in note for note in made.notes)
    assert "this checkpoint only" in made.shown()["interval holds for"].tolist()


def test_the_answer_is_written_from_the_numbers(asked_prompts):
    made = prompts.table(asked_prompts)
    frame = lines(made).drop(index="TRPO")
    ratio = (frame["score_high"] - frame["score_low"]) / (frame["alone_high"] - frame["alone_low"])
    assert f"{ratio.median():.1f} times as wide" in made.summary
    assert f"over 3 cells, at most {ratio.max():.1f} times" in made.summary
    # A difference of .05 is nothing beside runs that spread by .1, and much beside prompts alike to both.
    assert "a test over prompts alone calls 3 significant, one over runs and prompts 1" in made.summary
    assert "REINFORCE scored less" in made.summary
    assert "A2C" in made.undecided
    assert "4 answers of every run to each of 12 held-out prompts" in made.notes[0]
    assert "7 on CartPole-v1" in made.notes[0]
    assert not any("no p-value of one task is below" in note for note in made.notes), "said of permutations"


@pytest.fixture
def drifted(builder: Builder) -> Study:
    """Runs of two methods on two tasks; the second run of one of them failed."""
    for place, task in enumerate(("CartPole-v1", "Acrobot-v1")):
        for method, size in (("reinforce", 0.1), ("ppo_clip", 0.4)):
            failed = {1: ("diverged", "why", 1_000)} if (task, method) == ("Acrobot-v1", "reinforce") else {}
            builder.cell(task, method, range(4), failures=failed)
            kl = size * (1 + place) * np.array([1.0, 1.1, 1.2, 1.3])
            frame = pd.DataFrame({"seed": range(4), "kl_initial": kl, "kl_initial_episode": 100 * kl})
            written(builder, Asked.KL_INITIAL, task, method, frame)
    return Study.read(builder.results, builder.plan())


def test_divergence_from_the_first_policy_is_over_the_runs_that_finished(drifted):
    made = kl_initial.table(drifted)
    whole, part = (lines(made, task).loc["REINFORCE"] for task in ("CartPole-v1", "Acrobot-v1"))
    wanted = t_interval([0.1, 0.11, 0.12, 0.13])
    assert (whole["kl_initial"], whole["kl_initial_low"], whole["kl_initial_high"]) == pytest.approx(
        (wanted.estimate, wanted.low, wanted.high)
    )
    assert part["n"] == 3
    assert part["kl_initial_episode"] == pytest.approx(20 * (1 + 1.2 + 1.3) / 3)
    both = lines(made, ALL_TASKS).loc["REINFORCE"]
    logs = [np.log([1.0, 1.1, 1.2, 1.3]), np.log([1.0, 1.2, 1.3])]
    shift = np.mean([own.mean() - logs[0].mean() for own in logs])
    assert both["difference"] == pytest.approx(np.log(0.25) + shift)
    assert "from 0.115 [" in made.summary
    assert "PPO-clip on Acrobot-v1" in made.summary
    assert "REINFORCE ended nearer to the beginning (0.2" in made.summary


def test_without_the_study_both_say_so(builder):
    builder.cell("CartPole-v1", "reinforce", range(3))
    study = Study.read(builder.results, builder.plan())
    for module in (prompts, kl_initial):
        made = module.table(study)
        assert made.frame.empty
        assert (made.summary, made.undecided) == ("", "")
        assert "The configuration asks" in made.notes[0]


def test_a_file_of_another_measurement_is_not_taken_for_it(asked_prompts, builder):
    here = Path(builder.endings[0])
    there = here.parent.with_name("f" * 16) / here.name
    (builder.results / there.parent).mkdir()
    (builder.results / here).rename(builder.results / there)
    with pytest.raises(ValueError, match="'CartPole-v1'"):
        read_endings(builder.results, [there.as_posix()])
