"""Probes on disk: what was written is what is read, and nothing else passes for it."""

import pandas as pd
import pytest

from rlbench.core.probe import Probe
from rlbench.report.probes import read_probes, write_probe
from rlbench.report.study import Study

PROBE = Probe("some_probe", {"rlbench/algo/gae.py": {"gae": "0" * 16}})
FOUND = pd.DataFrame({"world": [0, 1], "kind": ["a", "b"], "value": [0.1, float("nan")]})


def test_it_comes_back_as_it_was_and_the_same_numbers_are_the_same_bytes(tmp_path):
    write_probe(tmp_path / PROBE.path, PROBE, FOUND)
    before = (tmp_path / PROBE.path).read_bytes()
    pd.testing.assert_frame_equal(read_probes(tmp_path, {"some_probe": str(PROBE.path)})["some_probe"], FOUND)
    write_probe(tmp_path / PROBE.path, PROBE, FOUND.copy())
    assert (tmp_path / PROBE.path).read_bytes() == before


def test_another_probe_or_another_fingerprint_is_refused(tmp_path):
    write_probe(tmp_path / PROBE.path, PROBE, FOUND)
    with pytest.raises(ValueError, match="some_probe"):
        read_probes(tmp_path, {"other_probe": str(PROBE.path)})
    moved = PROBE.path.with_stem("0" * 16)
    (tmp_path / PROBE.path).rename(tmp_path / moved)
    with pytest.raises(ValueError, match=PROBE.fingerprint):
        read_probes(tmp_path, {"some_probe": str(moved)})
    with pytest.raises(FileNotFoundError):
        read_probes(tmp_path, {"some_probe": str(PROBE.path)})


def test_a_study_reads_the_probes_that_its_plan_names(published):
    study = Study.read(published.results, published.plan)
    assert set(study.probes) == set(study.plan.probes)
    assert len(study.probes["look_ahead"]) > 0
