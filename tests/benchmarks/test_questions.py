"""Each question is answered from processes that are only imagined here: what is asked, in which order, and the sums."""

import importlib.util
import json
import math

import pytest

from rlbench.benchmarks import memory, phases, processes, speed
from rlbench.benchmarks.clock import PHASES
from rlbench.benchmarks.ratio import ratio
from rlbench.benchmarks.settings import SETTINGS
from rlbench.commands.benchmark import benchmark


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "RESULTS", tmp_path / "benchmarks")
    monkeypatch.setattr(speed, "PEERS", ("numpy",))  # any package that is there


def written(name: str) -> dict:
    return json.loads((processes.RESULTS / name).read_text(encoding="utf-8"))


def test_speed_is_measured_in_turns_and_compared_round_by_round(monkeypatch):
    asked = []

    def ours(method, task, engine, seeds, rollouts, cache=None):
        asked.append(engine)
        factor = {"eager": 2.0, "compiled": 8.0}[engine]
        # The machine is half as fast in every second round; steps a second at first: 100 for the peer.
        slow = 2 if asked.count(engine) % 2 == 0 else 1
        return {"steps": 100 * factor, "cpu_s": slow, "compile_s": 30.0 / len(asked)}

    def theirs(method, task, rollouts):
        asked.append("peer")
        return {"steps": 100, "cpu_s": 2 if asked.count("peer") % 2 == 0 else 1}

    monkeypatch.setattr(speed, "ours", ours)
    monkeypatch.setattr(speed, "theirs", theirs)
    benchmark("speed", "trpo", "CartPole-v1", 2)
    assert asked == ["compiled"] * 2 + ["peer", "eager", "compiled"] + ["compiled", "eager", "peer"]
    found = written("speed_trpo_CartPole-v1.json")
    assert found["compile_s"] == {"cold": 30.0, "warm": 15.0}
    assert found["ratio_to_stable_baselines3"]["eager"] == {"ratio": 2, "low": 2, "high": 2}
    assert found["ratio_to_stable_baselines3"]["compiled"]["ratio"] == 8
    assert found["steps_per_cpu_s"] == {"stable_baselines3": 75, "eager": 150, "compiled": 600}
    assert (found["method"], found["task"], found["seeds"]) == ("trpo", "CartPole-v1", 10)


def test_the_interval_of_a_ratio_is_students_in_logarithms():
    logs = [math.log(4), math.log(9)]
    # With two rounds: middle 6, standard error half their distance, and t(.975, 1) = 12.706.
    half = 12.7062 * abs(logs[1] - logs[0]) / 2
    found = ratio([4.0, 9.0])
    assert found["ratio"] == 6
    assert found["low"] == pytest.approx(6 * math.exp(-half), abs=0.005)
    assert found["high"] == pytest.approx(6 * math.exp(half), rel=1e-4)


def test_a_missing_peer_is_named_before_anything_runs(monkeypatch):
    monkeypatch.setattr(speed, "PEERS", ("stable-baselines3", "sb3-contrib"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sb3_contrib" else object())
    with pytest.raises(LookupError, match=r"not installed here: sb3-contrib; .*\[peers\]"):
        benchmark("speed", "ppo_clip", "CartPole-v1", 1)


def test_memory_is_a_straight_line_through_processes_with_different_numbers_of_seeds(monkeypatch):
    asked = []

    def ours(method, task, engine, seeds, rollouts, cache=None):
        asked.append((engine, seeds))
        compiling = 5000 * (engine == "compiled" and asked.count((engine, seeds)) == 1)
        return {"peak_rss_mb": 300 + {"eager": 4, "compiled": 2}[engine] * seeds + compiling}

    monkeypatch.setattr(memory, "ours", ours)
    benchmark("memory", "ppo_clip", "CartPole-v1", 3)
    found = written("memory_ppo_clip_CartPole-v1.json")
    for engine, each in (("eager", 4), ("compiled", 2)):
        assert found[engine]["mb_for_each_seed"] == each
        assert found[engine]["mb_before"] == 300
        assert found[engine]["peak_rss_mb"] == {str(seeds): 300 + each * seeds for seeds in (2, 10, 20)}


def test_phases_are_medians_and_shares_of_them(monkeypatch):
    times = iter([1.0, 5.0, 2.0])

    def ours(method, task, engine, seeds, rollouts, cache=None):
        spent = dict.fromkeys(PHASES, 1.0)
        if engine == "eager":
            spent["policy step"] = next(times)
        return {"phases": spent}

    monkeypatch.setattr(phases, "ours", ours)
    benchmark("phases", "trpo", "CartPole-v1", 3)
    found = written("phases_trpo_CartPole-v1.json")
    second = 1e3 / phases.ROLLOUTS
    expected = {"ms": 2 * second, "low_ms": second, "high_ms": 5 * second, "share": round(2 / 6, 4)}
    assert found["eager"]["policy step"] == expected
    assert set(found["eager"]) == set(PHASES)
    assert {part["share"] for part in found["compiled"].values()} == {0.2}


@pytest.mark.parametrize(
    ("question", "method", "task", "words"),
    [
        ("sped", "trpo", "CartPole-v1", "did you mean 'speed'"),
        ("speed", "trpo", "HalfCheetah-v5", "no benchmark of 'trpo on HalfCheetah-v5'"),
        ("speed", "ppo_clp", "CartPole-v1", "did you mean 'ppo_clip on CartPole-v1'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(question, method, task, words):
    with pytest.raises(LookupError, match=words):
        benchmark(question, method, task, 1)


def test_every_setting_has_a_length_for_the_race():
    assert set(speed.ROLLOUTS) == set(SETTINGS)
