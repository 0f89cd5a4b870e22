"""Tasks on data sets and pretrained models: what is read, what is left out, what is said where something is wrong."""

import shutil
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from rlbench.core.answer_metrics import AnswerMetric
from rlbench.core.noise import Noise
from rlbench.core.registry import with_settings
from rlbench.core.supplies import Unsupplied
from rlbench.language import data_reading, fine_tuning, given_comparisons
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.implicit_accuracy import ImplicitAccuracy
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained
from rlbench.language.recorded_logp import recorded_logp
from rlbench.languages.split import in_split
from tests.language.given import END, SAMPLES, given, save_model, tokenizer


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("model"))


def read(task: Any, path) -> tuple[Any, dict[str, Any]]:
    about = data_reading.make(task, path / "data.parquet", {})
    return task.spoken({"data": path / "data.parquet"}), about["records"]


def test_records_that_do_not_fit_are_left_out_and_counted_by_reason(model, tmp_path):
    language, counts = read(given("hh_rlhf", model), tmp_path)
    assert counts["left_out"] == {
        "answer_empty": 1,
        "answer_too_long": 1,
        "nothing_to_learn": 2,
        "prompt_again": 1,
        "prompt_too_long": 1,
    }
    assert (counts["train"], counts["held_out"]) == (len(language.train), len(language.held_out))
    assert counts["train"] + counts["held_out"] == 60
    assert all(in_split(record.prompt, "train") for record in language.train)
    assert all(in_split(record.prompt, "held_out") for record in language.held_out)


def test_a_data_sets_own_split_is_held_out_where_it_is_named(model, tmp_path):
    task = given("gsm8k", model)
    task = with_settings(task, {"data": {"split": "train", "held_out": "test", "folder": str(tmp_path / "sums")}})
    (tmp_path / "sums").mkdir()
    for name in ("train", "test"):
        shutil.copy(SAMPLES / f"sums.{name}.jsonl", tmp_path / "sums" / f"{name}.jsonl")
    language, counts = read(task, tmp_path)
    assert (counts["train"], counts["held_out"], counts["left_out"]) == (24, 6, {})
    judged = language.judge([language.held_out[0].prompt], [language.held_out[0].answers[0]])
    assert judged.reward.tolist() == [1.0]


def test_records_come_back_from_their_file_as_they_were_and_the_same_bytes_each_time(model, tmp_path):
    task = given("ultrafeedback", model)
    first, _ = read(task, tmp_path)
    before = (tmp_path / "data.parquet").read_bytes()
    second, _ = read(task, tmp_path)
    assert first == second
    assert (tmp_path / "data.parquet").read_bytes() == before
    assert {len(record.answers) for record in first.train} == {4}


def test_no_more_rows_are_looked_at_than_are_asked_for(model, tmp_path):
    _, counts = read(given("hh_rlhf", model, data={"rows": 40}), tmp_path)
    assert counts["train"] + counts["held_out"] + sum(counts["left_out"].values()) == 40


@pytest.mark.parametrize("task", ["hh_rlhf", "ultrafeedback", "gsm8k", "stories"])
def test_prompt_and_answer_are_the_tokens_of_the_text_that_they_make(model, tmp_path, task):
    task = given(task, model)
    language, _ = read(task, tmp_path)
    spoken = task.model.tokenizer()
    speech = task.speech(spoken)
    for record in language.train[:10]:
        [prompt], answers = speech.prompt_tokens([record.prompt]), speech.answer_tokens(record.answers)
        for answer, tokens in zip(record.answers, answers, strict=True):
            assert prompt + tokens == spoken(record.prompt + answer)["input_ids"]
            assert speech.texts(speech.answers([answer])) == [answer]


def test_a_word_that_reads_like_an_end_does_not_end_an_answer(model):
    task = given("hh_rlhf", model)
    speech = task.speech(task.model.tokenizer())
    [tokens] = speech.answer_tokens([f" It is {END}, he said."])
    assert speech.window.end not in tokens


@pytest.mark.parametrize(
    ("task", "changes", "words"),
    [
        (
            "gsm8k",
            {"data": {"split": "pairs"}},
            "row 1 has no question and no answer; GradeSchool reads question, answer, and",
        ),
        ("hh_rlhf", {"data": {"split": "ranked"}}, "row 1 has no chosen and no rejected; HelpfulHarmless reads"),
        (
            "hh_rlhf",
            {"data": {"split": "absent"}},
            "no file of data has 'absent' in its name; there is pairs.train.jsonl",
        ),
        ("hh_rlhf", {"prompt_tokens": 2}, "too few rows fit prompt_tokens and answer_tokens: 0 to train on"),
        ("hh_rlhf", {"prompt_tokens": 100}, "reads 128 tokens; prompt_tokens and answer_tokens come to 132"),
        ("hh_rlhf", {"model": {"template": "chat"}}, r"has no chat template; model: \{template: plain\} needs none"),
        ("hh_rlhf", {"model": {"end_token": "<|end|>"}}, r"has no token '<\|end\|>'; model: \{end_token: ...\} names"),
        ("hh_rlhf", {"model": {"folder": "/nowhere"}}, r"/nowhere cannot be loaded: .*; model: \{folder: ...\} names"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_that_says_what_would_help(model, tmp_path, task, changes, words):
    task = given(task, model, **changes)
    with pytest.raises(Unsupplied, match=words) as raised:
        data_reading.make(task, tmp_path / "data.parquet", {})
    assert len(str(raised.value).splitlines()) == 1
    assert not (tmp_path / "data.parquet").exists()


def test_a_row_that_is_not_what_it_should_be_is_told_with_its_number(model, tmp_path):
    (tmp_path / "broken.jsonl").write_text(
        '{"question": "How many?", "answer": "#### 3"}\n{"question": "?", "answer": "3"}\n'
    )
    with pytest.raises(Unsupplied, match="row 2 is none for GradeSchool: a solution without '#### n': '3'"):
        read(given("gsm8k", model, data={"folder": str(tmp_path), "split": "broken"}), tmp_path)
    (tmp_path / "torn.jsonl").write_text('{"question": "How')
    with pytest.raises(Unsupplied, match=r"cannot be read: .*; data: \{folder: ...\} names a local copy"):
        read(given("gsm8k", model, data={"folder": str(tmp_path), "split": "torn"}), tmp_path)


def test_a_tokenizer_without_an_end_is_told_and_one_without_padding_pads_with_its_end(tmp_path):
    endless = save_model(tmp_path / "endless", eos_token=None)
    with pytest.raises(Unsupplied, match=r"has no token that ends a text; model: \{end_token: ...\} names one"):
        given("hh_rlhf", endless).model.tokenizer()
    named = given("hh_rlhf", endless, model={"folder": str(endless), "end_token": END}).model.tokenizer()
    assert named.eos_token_id == named.pad_token_id == tokenizer().eos_token_id


def test_prompts_of_a_model_with_a_chat_template_are_written_by_it(tmp_path):
    folder, spoken = save_model(tmp_path / "chatty"), tokenizer()
    spoken.chat_template = (
        "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}"
        "{% if add_generation_prompt %}[assistant] {% endif %}"
    )
    spoken.save_pretrained(folder)
    language, _ = read(given("hh_rlhf", folder, model={"folder": str(folder), "template": "chat"}), tmp_path)
    [record] = [record for record in (*language.train, *language.held_out) if "keep 2 cats" in record.prompt]
    assert record.prompt == ("[user] Hello.\n[assistant] Hello, what is it?\n[user] May I keep 2 cats?\n[assistant] ")
    assert record.answers == ("Yes, be kind to each cat.", "No.")
    told = given("stories", folder, model={"folder": str(folder), "template": "chat"})
    with pytest.raises(Unsupplied, match="40 no dialogue"):
        read(told, tmp_path)


def prepared(task: Any, path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Data, a tuned model and comparisons, and what their makers say of them."""
    artefacts = {"data": path / "data.parquet", "model": path / "model", "comparisons": path / "pairs.safetensors"}
    about = {"data": data_reading.make(task, artefacts["data"], {})}
    about["model"] = fine_tuning.make(task, artefacts["model"], artefacts)
    about["comparisons"] = given_comparisons.make(task, artefacts["comparisons"], artefacts)
    return artefacts, about


def test_tuning_raises_the_likelihood_of_answers_to_prompts_that_were_held_out(model, tmp_path):
    task = given("hh_rlhf", model)
    artefacts, about = prepared(task, tmp_path)
    assert about["model"]["held_out_loss"] < about["model"]["held_out_loss_before"]
    assert AutoTokenizer.from_pretrained(artefacts["model"]).pad_token == END
    assert AutoModelForCausalLM.from_pretrained(artefacts["model"]).dtype == torch.float32
    again, told = prepared(task, tmp_path / "again")
    assert told["model"] == about["model"]
    weights = [(each["model"] / "model.safetensors").read_bytes() for each in (artefacts, again)]
    assert weights[0] == weights[1]


def test_comparisons_are_the_data_sets_own_and_none_is_held_out(model, tmp_path):
    task = given("hh_rlhf", model)
    artefacts, about = prepared(task, tmp_path)
    language, speech = task.spoken(artefacts), task.speech(task.model.tokenizer())
    found = AnswerComparisons.read(artefacts["comparisons"], speech.window)
    assert about["comparisons"] == {"ties": 0.0}
    assert found.inputs.shape == (96, 40)
    best = found.inputs[64:, found.ranked(2)[:, 0]]
    said = set(speech.texts(best))
    assert said <= {record.answers[0] for record in language.train}
    assert " No." not in said
    assert found.fresh_reward.view(-1, 2).tolist() == [[1.0, 0.0]] * 4


def test_ties_are_broken_by_a_draw_and_counted(model, tmp_path):
    _, about = prepared(
        given("ultrafeedback", model, recording={"answers": 4, "prompts": 20, "fresh_pairs": 4}), tmp_path
    )
    assert 0 < about["comparisons"]["ties"] < 0.5
    score = np.array([[5.0, 5.0, 2.0, 1.0]] * 400)
    rank = given_comparisons.ranks(score, Noise([1]))
    np.testing.assert_array_equal(np.sort(rank, 1), [[0, 1, 2, 3]] * 400)
    np.testing.assert_array_equal(rank[:, 2:], [[2, 3]] * 400)
    assert 150 < rank[:, 0].sum() < 250  # 200 on the average, and five standard deviations of 10 either way
    np.testing.assert_array_equal(rank, given_comparisons.ranks(score, Noise([1])))


def test_more_comparisons_than_there_are_is_told(model, tmp_path):
    task = given("hh_rlhf", model, recording={"prompts": 1_000})
    with pytest.raises(Unsupplied, match=r"recording\.prompts: 1000 are more than the \d+ that the data set has"):
        prepared(task, tmp_path)


def test_a_policy_prefers_what_it_has_made_likelier_than_the_reference_does(model, tmp_path):
    task = given("hh_rlhf", model)
    artefacts, _ = prepared(task, tmp_path)
    window = task.speech(task.model.tokenizer()).window
    network = Pretrained(artefacts["model"]).policy()
    policy, reference = LanguagePolicy(network, window), network.read()
    comparisons = AnswerComparisons.read(artefacts["comparisons"], window)
    measured = ImplicitAccuracy(policy, comparisons, reference)
    chosen = comparisons.fresh_inputs[:, ::2]
    theta = reference[None].clone().requires_grad_()
    mask = window.mask(chosen[window.prompt :])[:, None]
    logp = policy.distribution(theta, chosen[:, None]).logp(chosen[window.prompt :, None])
    (slope,) = torch.autograd.grad((logp * mask).sum(), theta)
    thetas = torch.cat((reference[None], theta.detach() + 0.05 * slope, theta.detach() - 0.05 * slope))
    [same, towards, away] = measured(thetas)[AnswerMetric.PREFERENCE_ACCURACY]
    assert same == 0.5
    assert towards > 0.5 > away
    assert recorded_logp(policy, reference[None], comparisons.inputs).shape == (32, 40)
