"""What runs of language models record beside the metrics of every run.

Apart from those, so that a new question about answers leaves the results of control tasks what they are.
"""

from enum import StrEnum

from rlbench.core.schema import Quantity


class AnswerMetric(StrEnum):
    """Every further name that a run on a language task may emit."""

    TOKENS = "tokens"
    LABELLED_TOKENS = "labelled_tokens"
    RIGHT = "right"
    LENGTH_RIGHT = "length_right"
    LENGTH_WRONG = "length_wrong"
    ENDED = "ended"
    WELL_FORMED = "well_formed"
    USES_DIGIT = "uses_digit"
    EQUALS_TARGET = "equals_target"
    SILENT = "silent"
    ECHO = "echo"
    CHAIN = "chain"
    GRAMMATICAL = "grammatical"
    ON_TOPIC = "on_topic"
    IN_MOOD = "in_mood"
    RIGHT_LENGTH = "right_length"
    UNREPEATED = "unrepeated"
    MARKED = "marked"
    STRICT = "strict"
    FLEXIBLE = "flexible"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    PREFERENCE_ACCURACY = "preference_accuracy"
    SILENT_WRONG = "silent_wrong"
    SILENT_RIGHT = "silent_right"
    EFFECTIVE_PROMPTS = "effective_prompts"
    WASTED_TOKENS = "wasted_tokens"
    LOGP_GAP = "logp_gap"
    KL_K1 = "kl_k1"
    KL_K3 = "kl_k3"
    EXACT_RETURN = "exact_return"
    EXACT_KL_REFERENCE = "exact_kl_reference"
    REGRET = "regret"
    KL_OPTIMUM = "kl_optimum"
    TOTAL_VARIATION_OPTIMUM = "total_variation_optimum"


def _share(of: str) -> Quantity:
    return Quantity("1", 1, f"share of answers that {of}")


ANSWER_QUANTITIES: dict[AnswerMetric, Quantity] = {
    AnswerMetric.TOKENS: Quantity("tokens", -1, "tokens generated for training, evaluation excluded"),
    AnswerMetric.LABELLED_TOKENS: Quantity("tokens", -1, "tokens of the answers that were compared"),
    AnswerMetric.RIGHT: _share("are right in every respect that the task asks for"),
    AnswerMetric.LENGTH_RIGHT: Quantity("tokens", 0, "mean length of right answers, their end counted"),
    AnswerMetric.LENGTH_WRONG: Quantity("tokens", 0, "mean length of all other answers"),
    AnswerMetric.ENDED: _share("ended before the most tokens that an answer may have"),
    AnswerMetric.WELL_FORMED: _share("have the form that was asked for"),
    AnswerMetric.USES_DIGIT: _share("are well-formed and use the digit"),
    AnswerMetric.EQUALS_TARGET: _share("are well-formed and equal the target"),
    AnswerMetric.SILENT: Quantity("1", 0, "share of answers that are without letters"),
    AnswerMetric.ECHO: Quantity("1", 0, "share of answers that are the whole echo"),
    AnswerMetric.CHAIN: _share("are the whole chain"),
    AnswerMetric.GRAMMATICAL: _share("have at least one sentence and none wrong"),
    AnswerMetric.ON_TOPIC: _share("have nouns, all of the topic"),
    AnswerMetric.IN_MOOD: _share("have more adjectives of the mood than of the other one"),
    AnswerMetric.RIGHT_LENGTH: _share("have as many sentences as asked for"),
    AnswerMetric.UNREPEATED: _share("have nouns, adjectives or verbs, and none of them twice"),
    AnswerMetric.MARKED: _share("say a number after ####"),
    AnswerMetric.STRICT: _share("say the right number after ####"),
    AnswerMetric.FLEXIBLE: _share("say the right number last of all numbers"),
    AnswerMetric.POSITIVE: _share("are of positive sentiment"),
    AnswerMetric.NEGATIVE: Quantity("1", -1, "share of answers that are of negative sentiment"),
    AnswerMetric.PREFERENCE_ACCURACY: Quantity(
        "1", 1, "share of held-out pairs whose preferred answer has gained more log-probability on the reference"
    ),
    AnswerMetric.SILENT_WRONG: Quantity("1", -1, "share of groups with equal rewards and no right answer"),
    AnswerMetric.SILENT_RIGHT: Quantity("1", -1, "share of groups with equal rewards and all answers right"),
    AnswerMetric.EFFECTIVE_PROMPTS: Quantity("prompts", 1, "prompts whose answers' rewards were not all equal"),
    AnswerMetric.WASTED_TOKENS: Quantity("1", -1, "share of tokens in groups with equal rewards"),
    AnswerMetric.LOGP_GAP: Quantity(
        "nats/decision", -1, "mean absolute difference of log-probabilities in generating and in learning"
    ),
    AnswerMetric.KL_K1: Quantity("nats/answer", 0, "k1 estimate of KL(policy || reference), summed over an answer"),
    AnswerMetric.KL_K3: Quantity("nats/answer", 0, "k3 estimate of KL(policy || reference), summed over an answer"),
    AnswerMetric.EXACT_RETURN: Quantity("reward", 1, "expected reward over all possible answers, mean over prompts"),
    AnswerMetric.EXACT_KL_REFERENCE: Quantity("nats/answer", 0, "KL(policy || reference) over all possible answers"),
    AnswerMetric.REGRET: Quantity("reward", -1, "what reward less price of KL lacks of its greatest possible value"),
    AnswerMetric.KL_OPTIMUM: Quantity("nats/answer", -1, "KL(policy || optimum) over all possible answers"),
    AnswerMetric.TOTAL_VARIATION_OPTIMUM: Quantity("1", -1, "total variation distance to the optimum"),
}
