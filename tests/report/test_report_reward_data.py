"""What is said of reward models fitted to more and to better comparisons, from records that are made up."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file

from rlbench.report.figures import reward_data as figure
from rlbench.report.plan import RewardPoint
from rlbench.report.reward_points import COLUMNS, FRESH, read_reward_points
from rlbench.report.tables import reward_data
from rlbench.stats.intervals import wilson_interval
from tests.report.test_report_tables import line

PAIRS = 900
SIZES, NOISE = (400, 1_200, 10_000), (0.0, 0.1, 0.25)


def right(comparisons: int, flipped: float) -> int:
    """Fresh pairs that a reward orders right."""
    return round(PAIRS * (0.5 + (0.5 - flipped) * np.log10(comparisons / 100) / 4))


def study_of(study, tasks=("tales", "words")):
    """With a reward model of every size and noise."""
    lines = [
        {"task": task, "prompts": size // 2, "comparisons": size, "flipped": noise, "published": (size, noise) == own}
        | {"preferred_is_better": 0.75 * (1 - noise), "pairs": PAIRS, "accuracy": right(size, noise) / PAIRS}
        | {"correlation": 0.4 - noise, "spread": 1 - noise}
        for task in tasks
        for noise in NOISE
        for size in SIZES
        for own in [(SIZES[-1], 0.0)]
    ]
    return replace(study, reward_points=pd.DataFrame(lines, columns=COLUMNS))


def test_records_and_comparisons_are_put_together_and_ties_are_no_pairs(tmp_path: Path):
    worth = np.array([1.0, 2.0, 3.0, 3.0, 5.0, 4.0, 0.5, 0.5, 1.0, 0.0], np.float64)
    save_file({FRESH: worth, "rank": np.arange(4)}, tmp_path / "c.safetensors")
    (tmp_path / "c.json").write_text(json.dumps({"preferred_is_better": 0.8}))
    (tmp_path / "r.json").write_text(json.dumps({"accuracy": 2 / 3, "correlation": 0.3, "fresh_sd": 0.7}))
    point = RewardPoint("tales", 200, 400, 0.1, False, "c.safetensors", "c.json", "r.json")
    [got] = read_reward_points(tmp_path, [point]).to_dict("records")
    assert got == {
        **{"task": "tales", "prompts": 200, "comparisons": 400, "flipped": 0.1, "published": False},
        **{"preferred_is_better": 0.8, "pairs": 3, "accuracy": 2 / 3, "correlation": 0.3, "spread": 0.7},
    }
    with pytest.raises(FileNotFoundError):
        read_reward_points(tmp_path, [replace(point, reward_record="x.json")])


def test_accuracy_has_the_interval_of_so_many_pairs(answering):
    table = reward_data.table(study_of(answering))
    got = line(table, task="tales", comparisons=1_200, flipped=0.1)
    expected = wilson_interval(right(1_200, 0.1), PAIRS)
    assert got[["accuracy", "accuracy_low", "accuracy_high"]].tolist() == pytest.approx(
        [expected.estimate, expected.low, expected.high]
    )
    assert table.frame["published"].tolist().count("yes") == 2
    assert len(table.frame) == 2 * len(SIZES) * len(NOISE)


def test_words_say_what_size_brings_and_what_noise_costs(answering):
    study = study_of(answering, ("tales",))
    summary = reward_data.table(study).summary
    assert summary.startswith("On tales, a reward fitted to 400 comparisons orders")
    assert "with 25 % of rankings turned round, 10,000 give" in summary
    assert summary.endswith("].")
    points = study.reward_points
    quiet = reward_data.table(replace(study, reward_points=points[points["flipped"] == 0])).summary
    assert "turned round" not in quiet
    uneven = points.assign(accuracy=points["accuracy"].where(points["comparisons"] != SIZES[1], 0.5))
    told = reward_data.table(replace(study, reward_points=uneven)).summary
    assert told.endswith(f"In 3 of {2 * len(NOISE)} cases the next larger number of comparisons gave less.")


def test_plans_without_the_study_say_so(answering):
    table = reward_data.table(answering)
    assert table.frame.empty
    assert (table.summary, table.notes) == ("", ("The configuration asks for no study of reward models.",))
    [axes] = figure.figure(answering).axes
    assert axes.texts[0].get_text().startswith("The configuration asks for no study")


def test_the_figure_has_a_line_for_every_noise_and_a_circle_for_what_runs_begin_from(answering):
    canvas = figure.figure(study_of(answering))
    first, second = (axes for axes in canvas.axes if axes.get_visible())
    assert (first.get_title(loc="left"), second.get_title(loc="left")) == ("tales", "words")
    drawn = [one for one in first.lines if len(one.get_xdata()) == len(SIZES)]
    assert [one.get_ydata().tolist() for one in drawn] == [
        [right(size, noise) / PAIRS for size in SIZES] for noise in NOISE
    ]
    [circle] = [one for one in first.lines if one.get_markerfacecolor() == "none" and len(one.get_xdata())]
    assert circle.get_ydata().tolist() == [right(SIZES[-1], 0.0) / PAIRS]
    bars = [one for one in first.lines if len(one.get_xdata()) == 2 and one.get_marker() == "None"]
    assert len(bars) >= len(SIZES) * len(NOISE)
