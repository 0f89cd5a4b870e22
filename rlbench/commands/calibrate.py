"""Simulate what intervals and tests promise, for the numbers of tasks and seeds of a configuration."""

import json
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from rlbench.commands.following import CALIBRATING
from rlbench.commands.results import say
from rlbench.commands.train import write_json
from rlbench.commands.workers import side_by_side
from rlbench.core.atomic import replacing
from rlbench.core.calibration import Calibration, planned_calibration
from rlbench.core.design import Design
from rlbench.core.plan import Plan
from rlbench.core.provenance import now, provenance
from rlbench.core.schema import METADATA_KEY
from rlbench.core.scratch import FOLDER
from rlbench.stats.calibration import COLUMNS, RESAMPLES, SIMULATIONS, simulate
from rlbench.stats.populations import POPULATIONS
from rlbench.stats.promises import PROMISES

AT_A_TIME = 50
"""Simulations that a process takes at once."""
SAY_EVERY_S = 5.0
Part = tuple[Design, int, range]
"""A design, the place of a population, and the numbers of some simulations."""


def calibrate(plan: Plan, cores: int) -> None:
    """Write what the plan's designs give, unless it is there. Where it is made elsewhere, that is waited for."""
    results, wanted = plan.config.results, planned_calibration(plan)
    lock = results / FOLDER / "calibration.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if (results / wanted.record).exists():
            _say(f"{results / wanted.path} is there: nothing has changed that it depends on")
        else:
            _make(wanted, results, cores)


def _make(wanted: Calibration, results: Path, cores: int) -> None:
    started, clock = now(), time.perf_counter()
    designs = ", ".join(_words(design) for design in wanted.designs)
    _say(f"{len(PROMISES)} promises x {len(POPULATIONS)} populations x {SIMULATIONS:,} simulations of {designs}")
    frame, cpu_s = _simulated(wanted.designs, cores, results / CALIBRATING)
    write_frame(results / wanted.path, frame, wanted)
    spent = {"started": started, "ended": now(), "wall_s": round(time.perf_counter() - clock, 3)}
    write_json(results / wanted.record, provenance() | spent | {"cpu_s": round(cpu_s, 3), "processes": cores})
    _say(f"wrote {results / wanted.path}")


def write_frame(path: Path, frame: pd.DataFrame, calibration: Calibration) -> None:
    """The same counts are the same bytes, and the file says what they are made of."""
    about = {"fingerprint": calibration.fingerprint, "designs": calibration.designs, "code": calibration.code}
    metadata = {METADATA_KEY: json.dumps(about | {"resamples": RESAMPLES}, sort_keys=True).encode()}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with replacing(path) as part:
        pq.write_table(table.replace_schema_metadata((table.schema.metadata or {}) | metadata), part)


def _simulated(designs: tuple[Design, ...], cores: int, progress: Path) -> tuple[pd.DataFrame, float]:
    """All counts, and the CPU seconds that they took; parts may end in any order."""
    parts = _parts(designs)
    ended: dict[Part, list[dict[str, Any]]] = {}
    cpu_s, begun = 0.0, time.monotonic()
    said, total = begun, sum(map(_size, parts))
    for part, lines, spent_s in side_by_side(cores, _part, [(part,) for part in parts]):
        ended[part] = lines
        cpu_s += spent_s
        share = sum(map(_size, ended)) / total
        write_json(progress, {"share": share})
        if time.monotonic() - said > SAY_EVERY_S:
            said = time.monotonic()
            _say(f"{100 * share:.0f} %  about {(said - begun) * (1 - share) / share / 60:.1f} min left")
    progress.unlink(missing_ok=True)
    frame = pd.DataFrame([line for part in parts for line in ended[part]], columns=COLUMNS)
    return frame.groupby(COLUMNS[:5], sort=False, as_index=False).sum(), cpu_s


def _parts(designs: tuple[Design, ...]) -> list[Part]:
    starts = range(0, SIMULATIONS, AT_A_TIME)
    return [
        (design, place, range(start, min(start + AT_A_TIME, SIMULATIONS)))
        for design in designs
        for place in range(len(POPULATIONS))
        for start in starts
    ]


def _size(part: Part) -> int:
    """About how long a part takes, in no unit: something for each simulation, and more with every seed."""
    design, _, numbers = part
    return len(numbers) * (20 + sum(design))


def _part(part: Part) -> tuple[Part, list[dict[str, Any]], float]:
    clock = time.process_time()
    design, place, numbers = part
    lines = simulate(design, POPULATIONS[place], PROMISES, numbers)
    return part, lines, time.process_time() - clock


def _words(design: Design) -> str:
    seeds = " to ".join(dict.fromkeys(map(str, (design[0], design[-1]))))
    return f"{len(design)} task{'s' * (len(design) > 1)} with {seeds} seeds"


def _say(text: str) -> None:
    say("calibrate", text)
