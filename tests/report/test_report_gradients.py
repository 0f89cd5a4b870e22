"""The study of gradient estimators as table and figure: from numbers that are made up, and from none."""

import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlbench.core.measurement import Measurement
from rlbench.report.estimates import estimates
from rlbench.report.figures import gradient_estimators as picture
from rlbench.report.gradients import read_gradients, write_gradients
from rlbench.report.picture import draw
from rlbench.report.study import Study
from rlbench.report.tables import gradient_estimators
from tests.report.synthetic import Builder

VARIANCE = {
    "total return": 8.0,
    "reward-to-go": 2.0,
    "reward-to-go - V": 1.0,
    "TD(0)": 0.1,
    "total return, in groups": 6.0,
    "leave-one-out (RLOO)": 1.5,
}
KINDS = ["returns", "returns", "returns", "critics", "groups", "groups"]


BLOCKS, TRUE_BLOCKS = 5, 6


def lines(task: str, td: float = 0.0) -> pd.DataFrame:
    """As they are measured, the true gradient of length 2: unbiased but for TD(0), whose mean lies as long as that and
    so far beside it that its direction is √(1 - td). Without a block, variances are a hundredth larger or smaller."""
    made = []
    for (name, variance), kind in zip(VARIANCE.items(), KINDS, strict=True):
        direction = (1 - td) ** 0.5 if name == "TD(0)" else 1.0
        for left_out in range(1 + BLOCKS + TRUE_BLOCKS):
            wobble = 0.01 * (-1) ** left_out if left_out else 0.0
            moments = {
                "variance": 4 * variance * (1 + wobble),
                "squared_length": 4.0 + wobble,
                "true_squared_length": 4.0,
                "product": 4 * direction,
                "cosine": direction / (1 + variance),
            }
            made.append({"kind": kind, "estimator": name, **moments})
    size = {"episodes": 32, "group": 8, "batches": 40, "reference_batches": 48, "blocks": BLOCKS}
    explained = {"explained_without_discount": 0.625, "explained_with_discount": 0.75}
    return pd.DataFrame(made).assign(policy="half-trained", reference_blocks=TRUE_BLOCKS, **size, **explained)


def written(results: Path, task: str, frame: pd.DataFrame) -> str:
    file = f"gradients/{task}/0123456789abcdef.parquet"
    about = {"task": task, "fingerprint": "0123456789abcdef"}
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata({"rlbench": json.dumps(about)})
    (results / file).parent.mkdir(parents=True)
    pq.write_table(table, results / file)
    return file


@pytest.fixture
def study(builder: Builder) -> Study:
    for task, bias in (("CartPole-v1", 0.0), ("Acrobot-v1", 0.36)):
        builder.cell(task, "reinforce", range(3))
        builder.gradients[task] = written(builder.results, task, lines(task, bias))
    return Study.read(builder.results, builder.plan())


def test_every_task_and_estimator_has_a_line_in_their_order(study):
    frame = gradient_estimators.table(study).frame
    tasks = [f"{task}, half-trained" for task in study.plan.tasks if task in study.gradients]
    assert list(zip(frame["task"], frame["estimator"], strict=True)) == list(product(tasks, VARIANCE))
    td = frame[(frame["task"] == "Acrobot-v1, half-trained") & (frame["estimator"] == "TD(0)")].iloc[0]
    # Of two vectors of equal length at this angle, one lies √(2 - 2 · 0.8) of that away from the other.
    assert (td["squared_bias"], td["direction"], td["variance"]) == pytest.approx((0.4, 0.8, 0.1))
    assert td["scaled_squared_error"] == pytest.approx(0.36 + 0.64 * 0.1)
    assert td["log_variance_ratio"] == pytest.approx(np.log(0.05))
    assert td["variance_low"] < 0.1 < td["variance_high"]
    assert td["kind"] == "critics"


def test_the_answer_is_written_from_the_numbers(study):
    made = gradient_estimators.table(study)
    assert "multiplies the variance by 0.250 on CartPole-v1 and 0.250 on Acrobot-v1" in made.summary
    assert "without a critic, by 0.250 on CartPole-v1" in made.summary
    assert re.search(r"TD\(0\) has 20(\.00)? on CartPole-v1 and 20(\.00)? on Acrobot-v1 times the signal", made.summary)
    assert re.search(
        r"with a cosine of 1.000 .* on CartPole-v1; and 0.800 \[0.\d+, 0.\d+\] on Acrobot-v1", made.summary
    )
    assert "TD(0) on CartPole-v1 (0.909; reward-to-go 0.333)" in made.summary
    # Nobody but the yardstick is as noisy as it; all are without bias but one on one task.
    assert "Of 10 estimators on 2 tasks, 0 cannot" in made.undecided
    assert "and 9 not from one without bias" in made.undecided
    assert "CartPole-v1 0.625 and 0.750" in " ".join(made.notes)


def test_bars_end_where_the_numbers_say(study):
    canvas = picture.figure(study)
    [biased] = [axes for axes in canvas.axes if axes.get_title(loc="left").startswith("Acrobot")]
    ends = sorted(bar.get_x() + bar.get_width() for bar in biased.patches)
    wanted = estimates(study)[[one.task for one in estimates(study)].index("Acrobot-v1")].lines
    errors = wanted["scaled_squared_error"].tolist()
    assert ends == pytest.approx(sorted([*errors, 0.36, *[picture.LEFT] * 5]))
    assert biased.get_xscale() == "log"


def test_without_the_study_both_say_so(builder):
    builder.cell("CartPole-v1", "reinforce", range(3))
    study = Study.read(builder.results, builder.plan())
    made = gradient_estimators.table(study)
    assert made.frame.empty
    assert (made.summary, made.undecided) == ("", "")
    assert "asks for no study" in made.notes[0]
    assert draw(picture, study, ["png"]).files["png"]


def test_a_file_of_another_task_is_not_taken_for_it(study, builder):
    with pytest.raises(ValueError, match="'CartPole-v1'"):
        read_gradients(builder.results, {"Acrobot-v1": builder.gradients["CartPole-v1"]})


def test_what_is_written_is_read_again(tmp_path):
    one = Measurement("CartPole-v1", 200, {}, ())
    path, frame = tmp_path / one.path, lines("CartPole-v1")
    write_gradients(path, one, frame)
    first = path.read_bytes()
    write_gradients(path, one, frame)
    assert path.read_bytes() == first
    found = read_gradients(tmp_path, {"CartPole-v1": one.path.as_posix()})["CartPole-v1"]
    pd.testing.assert_frame_equal(found, frame)
    assert replace(one, batches=400).fingerprint != one.fingerprint
    assert pq.read_schema(BytesIO(first)).metadata
