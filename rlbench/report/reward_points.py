"""The study of reward models: what the records say of each, and of the comparisons that it was fitted to."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import safe_open

from rlbench.report.plan import RewardPoint

FRESH = "fresh.reward"
"""What fresh answers are worth, two in a row to one prompt, in a file of comparisons."""
COLUMNS = [
    *("task", "prompts", "comparisons", "flipped", "published"),
    *("preferred_is_better", "pairs", "accuracy", "correlation", "spread"),
]


def read_reward_points(results: Path, points: Iterable[RewardPoint]) -> pd.DataFrame:
    """One line per reward model, columns COLUMNS: `pairs` are the fresh pairs that `accuracy` is a share of, those
    whose rewards differ, and `spread` is the standard deviation of learned rewards on fresh answers.

    Raises FileNotFoundError for what was not made.
    """
    return pd.DataFrame([_line(Path(results), point) for point in points], columns=COLUMNS)


def _line(results: Path, point: RewardPoint) -> dict[str, Any]:
    compared, reward = (_json(results / name) for name in (point.compared_record, point.reward_record))
    own = {name: getattr(point, name) for name in COLUMNS[:5]}
    said = {name: reward[name] for name in ("accuracy", "correlation")} | {"spread": reward["fresh_sd"]}
    pairs = {"preferred_is_better": compared["preferred_is_better"], "pairs": _differing(results / point.compared)}
    return own | pairs | said


def _differing(path: Path) -> int:
    with safe_open(path, framework="numpy") as stored:
        worth = stored.get_tensor(FRESH).reshape(-1, 2)
    return int(np.count_nonzero(worth[:, 0] != worth[:, 1]))


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
