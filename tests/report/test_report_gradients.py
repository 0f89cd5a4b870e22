"""The study of gradient estimators as table and figure: from numbers that are made up, and from none."""

import json
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path

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


def lines(task: str, **bias: float) -> pd.DataFrame:
    """As they are measured: unbiased but for TD(0), each known to a tenth."""
    made = []
    for (name, variance), kind in zip(VARIANCE.items(), KINDS, strict=True):
        squared = bias.get("td", 0.0) if name == "TD(0)" else 0.0
        direction = (1 - squared) ** 0.5
        numbers = {
            "variance": variance,
            "squared_bias": squared,
            "squared_error": squared + variance,
            "signal_to_noise": 1 / variance,
            "log_variance_ratio": variance - 2.0,
            "log_noise_ratio": variance - 2.0,
            "cosine": direction / (1 + variance),
            "direction": direction,
            "scaled_squared_bias": squared,
            "scaled_variance": (1 - squared) * variance,
            "scaled_squared_error": squared + (1 - squared) * variance,
        }
        made += [
            {"kind": kind, "estimator": name, "quantity": q, "estimate": x, "low": x - 0.1, "high": x + 0.1}
            for q, x in numbers.items()
        ]
    made.append({"kind": "critics", "estimator": "critic", "quantity": "explained_variance", "estimate": 0.625})
    size = {"episodes": 32, "group": 8, "batches": 200, "reference_batches": 400}
    return pd.DataFrame(made).assign(policy="half-trained", gamma=0.99, **size)


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
        builder.gradients[task] = written(builder.results, task, lines(task, td=bias))
    return Study.read(builder.results, builder.plan())


def test_every_task_and_estimator_has_a_line_in_their_order(study):
    frame = gradient_estimators.table(study).frame
    tasks = [f"{task}, half-trained" for task in study.plan.tasks if task in study.gradients]
    assert list(zip(frame["task"], frame["estimator"], strict=True)) == list(product(tasks, VARIANCE))
    td = frame[(frame["task"] == "Acrobot-v1, half-trained") & (frame["estimator"] == "TD(0)")].iloc[0]
    assert (td["squared_bias"], td["direction"], td["variance_low"]) == pytest.approx((0.36, 0.8, 0.0))
    assert td["kind"] == "critics"


def test_the_answer_is_written_from_the_numbers(study):
    made = gradient_estimators.table(study)
    assert "multiplies the variance by 0.250 on CartPole-v1 and 0.250 on Acrobot-v1" in made.summary
    assert "without a critic, by 0.250 on CartPole-v1" in made.summary
    assert "TD(0) has 20.00 on CartPole-v1" in made.summary or "TD(0) has 20 on CartPole-v1" in made.summary
    assert "0.800 [0.700, 0.900] on Acrobot-v1" in made.summary
    assert "TD(0) on CartPole-v1 (0.909; reward-to-go 0.333)" in made.summary
    # Nobody but the yardstick is as noisy as it; all are without bias but one on one task.
    assert "Of 10 estimators on 2 tasks, 0 cannot" in made.undecided
    assert "and 9 not from one without bias" in made.undecided
    assert "CartPole-v1 critic 0.625" in " ".join(made.notes)


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
