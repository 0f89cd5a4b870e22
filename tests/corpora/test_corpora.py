"""Rows of each data set as prompts and answers, and what new answers are worth."""

import json
from pathlib import Path

import numpy as np
import pytest

from rlbench.corpora.corpus import Corpus, dialogue
from rlbench.corpora.gsm8k import GradeSchool
from rlbench.corpora.hh_rlhf import HelpfulHarmless
from rlbench.corpora.stories import Stories
from rlbench.corpora.ultrafeedback import UltraFeedback

SAMPLES = Path(__file__).parent / "samples"
DIALOGUE = "\n\nHuman: Hello.\n\nAssistant: Hello, what is it?\n\nHuman: May I?\n\nAssistant:"


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (SAMPLES / name).read_text().splitlines()]


def pair(chosen: str, rejected: str) -> dict:
    return {"chosen": chosen, "rejected": rejected}


@pytest.mark.parametrize(
    ("corpus", "name", "count"),
    [
        (HelpfulHarmless(), "pairs.train.jsonl", 64),
        (UltraFeedback(), "ranked.train.jsonl", 40),
        (GradeSchool(), "sums.train.jsonl", 24),
    ],
)
def test_every_row_of_a_sample_becomes_a_record_or_says_nothing(corpus, name, count):
    assert isinstance(corpus, Corpus)
    records = [record for row in rows(name) if (record := corpus.record(row))]
    assert len(records) == count
    assert all(len(record.answers) == len(record.scores) for record in records)
    assert all(answer.startswith(" ") for record in records for answer in record.answers if answer)


def test_a_pair_of_dialogues_is_a_prompt_with_two_answers():
    record = HelpfulHarmless().record(pair(f"{DIALOGUE} Yes,\n\nof course.", f"{DIALOGUE} No."))
    assert (record.prompt, record.answers, record.scores) == (DIALOGUE, (" Yes,\n\nof course.", " No."), (1.0, 0.0))
    assert record.turns == ("Hello.", "Hello, what is it?", "May I?")


def test_dialogues_that_part_early_or_not_at_all_teach_nothing():
    corpus = HelpfulHarmless()
    assert corpus.record(pair(f"{DIALOGUE} Yes.", f"{DIALOGUE.replace('Hello', 'Hi')} Yes.")) is None
    assert corpus.record(pair(f"{DIALOGUE} Yes.", f"{DIALOGUE} Yes.  ")) is None
    with pytest.raises(ValueError, match="without an assistant"):
        corpus.record(pair("Yes.", f"{DIALOGUE} No."))


def test_a_dialogue_out_of_turn_has_no_turns():
    twice = DIALOGUE.replace("\n\nAssistant: Hello, what is it?", "")
    assert HelpfulHarmless().record(pair(f"{twice} Yes.", f"{twice} No.")).turns == ()


def test_turns_make_the_dialogue_that_they_are_taken_from():
    assert dialogue(("Hello.", "Hello, what is it?", "May I?")) == DIALOGUE


def test_ranked_answers_keep_their_order_and_their_scores():
    record = UltraFeedback().record(rows("ranked.train.jsonl")[0])
    assert record.prompt == "\n\nHuman: Name 1 facts of a cat.\n\nAssistant:"
    assert record.answers == (" A good cat.", " A cat.", " The cat.", " No cat.")
    assert record.scores == (4.0, 2.0, 3.0, 1.0)


def test_a_solution_is_shown_without_its_notes_and_ends_in_its_number():
    record = GradeSchool().record(rows("sums.train.jsonl")[0])
    assert record.prompt == "Question: Ann has 2 eggs and buys 1. How many has she?\nAnswer:"
    assert record.answers == (" She has 2+1=3 eggs.\n#### 3",)
    assert record.solution == "3"
    with pytest.raises(ValueError, match="without '#### n'"):
        GradeSchool().record({"question": "How many?", "answer": "3"})


@pytest.mark.parametrize(
    ("answer", "solution", "marked", "strict", "flexible"),
    [
        (" 2+1=3\n#### 3", "3", 1, 1, 1),
        ("#### 1,000 eggs", "1000", 1, 1, 1),
        ("#### 1000.0", "1,000", 1, 1, 1),
        ("#### -4", "-4", 1, 1, 1),
        ("It costs $3.50.", "3.5", 0, 0, 1),
        ("so 3 eggs, of which 2 are new", "3", 0, 0, 0),
        ("#### 3\nQuestion: 7 more?", "3", 1, 1, 0),
        ("#### 4 or #### 3", "3", 1, 0, 1),
        ("####3", "3", 0, 0, 1),
        ("#### ,.", "3", 0, 0, 0),
        ("", "3", 0, 0, 0),
    ],
)
def test_what_an_answer_to_a_sum_is_worth(answer, solution, marked, strict, flexible):
    judged = GradeSchool().judge([answer], [solution])
    assert {name: float(rate[0]) for name, rate in judged.rates.items()} == {
        "marked": marked,
        "strict": strict,
        "flexible": flexible,
    }
    assert judged.reward.tolist() == judged.right.tolist() == [strict]


def test_a_story_goes_on_from_its_first_sentence():
    text = 'Mr. Owl sat.\n\n"Oh no!" said  Ann. "Help." He flew. He came.'
    record = Stories().record({"text": text})
    assert record.prompt == "Mr. Owl sat."
    assert record.answers == (' "Oh no!" said Ann. "Help."',)
    assert Stories().record({"text": "Ann sat. Ann ran."}) is None


def test_happy_stories_are_worth_more_than_sad_ones():
    judged = Stories().judge([" Ann was so happy and kind.", " Ann sat.", " Ann was sad and hurt.", ""], [""] * 4)
    happy, plain, sad, empty = judged.reward
    assert 1 >= happy > plain == empty == 0 > sad >= -1
    np.testing.assert_array_equal(judged.rates["positive"], [1, 0, 0, 0])
    np.testing.assert_array_equal(judged.rates["negative"], [0, 0, 1, 0])


@pytest.mark.parametrize("corpus", [HelpfulHarmless(), UltraFeedback()])
def test_a_data_set_of_preferences_judges_nothing(corpus):
    judged = corpus.judge(["anything", ""], ["", ""])
    assert judged.rates == {}
    assert judged.reward.tolist() == [0, 0]
