"""What goes wrong where a decision is a token: which tokens count, who said them, what they are paid, who was asked."""

from rlbench.language import imitation, policy, recording
from rlbench.language.answering import Answered
from rlbench.language.comparisons import AnswerComparisons
from rlbench.language.flat_module import FlatModule
from rlbench.language.policy import LanguagePolicy
from rlbench.language.session import LanguageSession
from rlbench.language.signal import Signal
from rlbench.language.value_model import LanguageReward
from rlbench.language.window import Window
from tests.language import (
    test_flat_module,
    test_imitation,
    test_listing,
    test_measures,
    test_policy,
    test_recording,
    test_runs,
    test_session,
    test_value_model,
    test_window,
)
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit

REFERENCE = "self.actor.distribution(references, answered.inputs)"
DEFECTS = [
    Defect(
        "an answer is scored where its window ends",
        "the output at the last position, padded or not, where trainers look for the last token",
        [Edit(LanguageReward.score, {"outputs.gather(0, last)[0]": "outputs[-1]"})],
        by(test_value_model.test_a_short_answer_scores_as_if_it_stood_alone),
    ),
    Defect(
        "prompts are imitated as well",
        "a loss over the whole text: labels of the prompt not left out",
        [
            Edit(
                imitation.loss,
                {
                    "logits_to_keep=len(answer)": "logits_to_keep=len(inputs) - 1",
                    "answer.T, reduction": "inputs[1:].T, reduction",
                    "speech.window.mask(answer).T": "torch.cat((torch.ones(len(prompt) - 1, answer.shape[1]), "
                    "speech.window.mask(answer))).T",
                },
            )
        ],
        by(test_imitation.test_the_loss_is_of_the_answers_tokens_with_their_end_and_of_no_prompt),
    ),
    Defect(
        "what lies left of a prompt is read",
        "prompts padded on the left without a mask and with positions from the edge",
        [Edit(policy.attention, {"bool(seen.all())": "True"})],
        by(test_policy.test_a_prompt_says_the_same_whatever_room_is_left_of_it),
    ),
    Defect(
        "leaving the reference is paid for, not charged for",
        "the sign of the KL term in a shaped reward",
        [Edit(Signal.score, {"paid - self": "paid + self"})],
        by(test_session.test_each_token_is_paid_its_price_and_the_last_one_its_reward),
    ),
    Defect(
        "the reference is asked at another temperature",
        "logits of the policy over the temperature, those of the reference as they are",
        [
            Edit(
                LanguageSession._reference_logp,
                {REFERENCE: f"self.actor.kind({REFERENCE}.logits * self.actor.temperature)"},
            )
        ],
        by(test_session.test_each_token_is_paid_its_price_and_the_last_one_its_reward),
    ),
    Defect(
        "the temperature is one of acting alone",
        "sampled at a temperature and learnt at one",
        [
            Edit(
                LanguagePolicy.distribution,
                {"self.choices(torch.stack(logits).permute(2, 0, 1, 3))": "torch.stack(logits).permute(2, 0, 1, 3)"},
            )
        ],
        by(test_session.test_what_generated_and_what_learns_are_one_policy_at_one_temperature),
    ),
    Defect(
        "the end of an answer is no decision",
        "the end token masked with the padding behind it, where both are one token: no answer learns to stop",
        [Edit(Window.mask, {"(ended - (answer == self.end).long() == 0)": "(ended == 0)"})],
        by(test_window.test_the_end_itself_is_a_decision_and_nothing_after_it_is),
    ),
    Defect(
        "an answer may hold what no reader sees",
        "rlbench itself, until these tests: what decoding skips was sampled, and a chain with a pad in it was a chain",
        [Edit(LanguagePolicy.choices, {".index_fill(-1, unsaid, NEVER)": ""})],
        by(test_listing.test_the_answers_that_are_listed_are_all_there_are),
    ),
    Defect(
        "an answer that was cut off is yet to earn something",
        "a cap on tokens taken for a time limit, with a value beyond it that no token follows",
        [
            Edit(
                LanguageSession.collect,
                {"terminated=answered.last": "terminated=answered.last * (answered.answer == 1).float()"},
            )
        ],
        by(test_session.test_an_answer_ends_once_in_a_final_state_whether_it_said_so_or_was_cut_off),
    ),
    Defect(
        "the reward is paid with every token",
        "a score broadcast over the answer and then summed",
        [Edit(Answered.paid_at_the_end, {"self.last *": "self.mask *"})],
        by(test_measures.test_a_reward_is_paid_at_the_last_token_of_each_answer_and_nowhere_else),
    ),
    Defect(
        "siblings answer different prompts",
        "repeated as a whole where each should be repeated",
        [
            Edit(
                LanguageSession._answer,
                {"[text for text in texts for _ in range(group)]": "[text for _ in range(group) for text in texts]"},
            )
        ],
        by(test_session.test_siblings_answer_one_prompt_and_groups_differ),
    ),
    Defect(
        "silent groups are looked for among rewards less the price of KL",
        "TRL's RLOO: the share of groups without spread is zero whenever there is a price",
        [
            Edit(
                LanguageSession.collect,
                {"silence(answered, reward,": "silence(answered, decisions.reward.sum(0).numpy(),"},
            )
        ],
        by(test_session.test_silent_groups_are_told_by_what_answers_earn_and_not_by_what_they_are_paid),
    ),
    Defect(
        "the judge pays where only comparisons are told",
        "a gold reward at hand and taken for the learned one",
        [
            Edit(
                Signal.reward,
                {"answered.reward if self.learned is None else self.learned.score(answered.inputs)": "answered.reward"},
            )
        ],
        by(test_session.test_where_only_comparisons_are_told_the_learned_reward_is_paid),
    ),
    Defect(
        "rankings are read from the worst to the best",
        "chosen and rejected exchanged when they are read",
        [Edit(AnswerComparisons.ranked, {".argsort(1)": ".argsort(1, descending=True)"})],
        by(test_session.test_every_comparison_is_read_once_before_any_is_read_twice),
    ),
    Defect(
        "whoever compares is the surer the higher the temperature",
        "multiplied by it where it divides",
        [Edit(recording._ranks, {"/ asked.temperature": "* asked.temperature"})],
        by(test_recording.test_rankings_are_drawn_as_plackett_and_luce_say),
    ),
    Defect(
        "what decodes has stale weights",
        "an engine for generation that is not told of the last learning step",
        [
            Edit(
                LanguageSession.collect,
                {
                    "self._answer(policies, noise": "self._answer("
                    "self.__dict__.setdefault('stale', theta.clone())[positions], noise"
                },
            )
        ],
        by(
            test_runs.test_what_decodes_is_what_has_learnt_from_all_before,
            method="ppo_clip",
            task="enumerable",
        ),
    ),
    Defect(
        "what learns drops out what has acted",
        "a model left in training mode: log-probabilities differ from those of decoding",
        [Edit(FlatModule.__init__, {"module.eval()": "module.train()"})],
        by(test_flat_module.test_a_module_with_dropout_answers_the_same_twice),
    ),
    Defect(
        "evaluation asks what training has asked",
        "one set of prompts for both",
        [Edit(LanguageSession.evaluate, {'asked, "held_out", sample': 'asked, "train", sample'})],
        by(test_session.test_what_is_evaluated_are_held_out_prompts_and_none_is_trained_on),
    ),
]


@planted(DEFECTS)
def test_a_defect_where_a_decision_is_a_token_is_caught(defect, request):
    assert_caught(defect, request)
