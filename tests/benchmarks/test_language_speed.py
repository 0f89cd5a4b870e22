"""Training of language models beside TRL's: who is asked what, in which order, and that both do the same."""

import importlib.util
import json

import pytest
import torch

from rlbench.benchmarks import language_ours, language_speed, processes
from rlbench.benchmarks.language_settings import (
    ANSWERS,
    LANGUAGE,
    METHODS,
    PAIRS,
    SETTINGS,
    SIZES,
    make_model,
    recorded,
    speech_of,
    texts,
)
from rlbench.commands.benchmark import benchmark
from rlbench.language.pretrained import Pretrained

with_trl = pytest.mark.skipif(
    importlib.util.find_spec("trl") is None, reason="the peers are installed for benchmarks only"
)


@pytest.fixture
def model(tmp_path):
    make_model(tmp_path / "model", "0.13M")
    return tmp_path / "model"


def test_medians_are_compared_round_by_round_in_turns(monkeypatch, tmp_path):
    asked = []

    def ours(method, steps, model):
        asked.append("ours")
        slow = asked.count("ours")  # the second round takes twice as long, for everybody
        return {
            "step_cpu_s": [0.1 * slow, 0.2 * slow, 9.0],
            "phases": {"decode": [0.0, 0.0, 0.0], "score": [1.0 * slow] * 3, "update": [2.0 * slow] * 3},
            "tokens": [100, 100, 100],
            "peak_rss_mb": 300 + slow,
        }

    def theirs(method, steps, model, *more):
        name = "+".join(("trl", *more))
        asked.append(name)
        factor = {"trl": 3, "trl+precomputed": 2}[name]
        return {"step_cpu_s": [0.2 * factor * asked.count(name)] * 3, "peak_rss_mb": 700}

    monkeypatch.setattr(processes, "RESULTS", tmp_path)
    monkeypatch.setattr(language_speed, "language_ours", ours)
    monkeypatch.setattr(language_speed, "language_theirs", theirs)
    monkeypatch.setattr(language_speed, "PEER", "numpy")  # any package that is there
    benchmark("language_speed", "dpo", "0.13M", 2)
    assert asked == ["ours", "trl", "trl+precomputed", "trl+precomputed", "trl", "ours"]
    found = json.loads((tmp_path / "language_speed_dpo_0.13M.json").read_text(encoding="utf-8"))
    assert found["ratio"] == {
        "trl": {"ratio": 3, "low": 3, "high": 3},
        "trl_precomputed": {"ratio": 2, "low": 2, "high": 2},
    }
    assert found["peak_rss_mb"] == {"ours": 302, "trl": 700, "trl_precomputed": 700}
    # 300 tokens in 3 and in 6 seconds of scoring; nothing was decoded.
    assert found["tokens_per_cpu_s"] == {"score": 75, "update": 38}
    assert found["median_step_ms"]["ours"] == pytest.approx([200, 400])
    assert set(found["within_a_step"]) == {"ours", "trl", "trl_precomputed"}


def test_a_missing_peer_is_named_before_anything_runs(monkeypatch):
    monkeypatch.setattr(language_speed, "PEER", "no_such_peer")
    with pytest.raises(LookupError, match=r"not installed here: no_such_peer; .*\[peers\]"):
        benchmark("language_speed", "grpo", "0.13M", 1)


@pytest.mark.parametrize("size", SIZES)
def test_models_are_as_large_as_they_are_called(size, tmp_path):
    make_model(tmp_path / "model", size)
    millions = Pretrained(tmp_path / "model").policy().layout.parameters / 1e6
    assert millions == pytest.approx(float(size.removesuffix("M")), rel=0.1)


def test_every_setting_has_a_length_and_says_who_stands_beside_it():
    assert {size for _, size in SETTINGS} == set(language_speed.STEPS)
    assert {method for method, _ in SETTINGS} == set(language_speed.PEERS)


def test_recorded_answers_are_as_long_as_is_allowed(model):
    speech = speech_of(model)
    inputs = recorded(speech)
    assert inputs.shape == (speech.window.prompt + speech.window.answer, 2 * PAIRS)
    answers = inputs[speech.window.prompt :]
    assert (speech.window.mask(answers) == 1).all()
    assert (answers[-1] == speech.window.end).all()
    assert speech.texts(answers[:, :2]) == [texts().preferred[0], texts().other[0]]


@pytest.mark.parametrize("method", METHODS)
def test_every_second_of_ours_lies_in_one_phase(method, model):
    found = language_ours.main(method, 2, model)
    assert len(found["step_cpu_s"]) == len(found["tokens"]) == 2
    for n, seconds in enumerate(found["step_cpu_s"]):
        assert seconds == pytest.approx(sum(found["phases"][name][n] for name in ("decode", "score", "update")))
    assert (sum(found["phases"]["decode"]) > 0) == (method != "dpo")
    columns = ANSWERS * (2 if method == "dpo" else 1)
    assert all(columns <= tokens <= columns * (LANGUAGE.answer_symbols + 1) for tokens in found["tokens"])
    assert found["peak_rss_mb"] > 50


@with_trl
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["dpo", "grpo"])
def test_trl_trains_on_the_same_batches(method, model):
    from rlbench.benchmarks import language_theirs

    trainer, asked = language_theirs._trainer(method, 1, model, precomputed=False), METHODS[method]
    args, rule = trainer.args, asked.update
    assert (args.learning_rate, args.max_grad_norm, args.adam_epsilon) == (rule.lr, rule.max_norm, rule.eps)
    assert (args.adam_beta1, args.adam_beta2, args.weight_decay) == (rule.beta1, rule.beta2, 0)
    assert not args.gradient_checkpointing
    assert {p.dtype for p in trainer.model.parameters()} == {torch.float32}
    assert sum(p.numel() for p in trainer.model.parameters()) == Pretrained(model).policy().layout.parameters
    batch = next(iter(trainer.get_train_dataloader()))
    if method == "dpo":
        window = speech_of(model).window
        assert trainer.beta == asked.beta
        assert batch["input_ids"].shape == (2 * ANSWERS, window.prompt + window.answer)
        assert (batch["completion_mask"].sum(1) == window.answer).all()
    else:
        assert (trainer.beta, trainer.epsilon_low, trainer.loss_type) == (asked.kl_coef, asked.clip, "grpo")
        assert len(batch) == ANSWERS
        assert len({row["prompt"] for row in batch[: asked.rollout.group]}) == 1


@with_trl
@pytest.mark.filterwarnings("ignore")
def test_trls_clock_counts_the_steps_after_the_warm_up(model):
    from rlbench.benchmarks import language_theirs

    found = language_theirs.main("dpo", 2, model, precomputed=True)
    assert len(found["step_cpu_s"]) == 2
    assert all(seconds > 0 for seconds in found["step_cpu_s"])
    assert found["peak_rss_mb"] > 50
