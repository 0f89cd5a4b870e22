"""What a recorded run looks like on disk: one long table, one list of metric names.

A run file is parquet. It holds nothing that a second run on the same machine would not repeat byte for byte;
what depends on the moment (seconds, memory, versions, commit) lies beside it in a JSON record.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

SCHEMA_VERSION = 1
METADATA_KEY = b"rlbench"


class Split(StrEnum):
    """Which decisions a number was measured on."""

    TRAIN = "train"
    """Episodes finished while collecting training data, with the sampling policy."""
    DETERMINISTIC = "evaluation_deterministic"
    """Evaluation episodes with the most likely action, on streams of their own."""
    STOCHASTIC = "evaluation_stochastic"
    """Evaluation episodes with sampled actions, on streams of their own."""
    UPDATE = "update"
    """Every update, measured on its own batch."""
    PREPARATION = "preparation"
    """What was fitted before training began, recorded once at step 0."""
    COST = "cost"
    """Totals over the whole run, recorded once at its end."""


@dataclass(frozen=True)
class Quantity:
    """A metric's unit, which direction is better (+1, -1, or 0 for neither) and its meaning."""

    unit: str
    better: int
    meaning: str


class Metric(StrEnum):
    """Every name that a run may emit."""

    EPISODE_RETURN = "episode_return"
    EPISODE_LENGTH = "episode_length"
    RETURN_MEAN = "return_mean"
    RETURN_SD = "return_sd"
    LENGTH_MEAN = "length_mean"
    EPISODES = "episodes"
    KL_OLD_NEW = "kl_old_new"
    ENTROPY = "entropy"
    EXPLAINED_VARIANCE = "explained_variance"
    EFFECTIVE_SAMPLE_SIZE = "effective_sample_size"
    CLIP_FRACTION = "clip_fraction"
    PENALTY = "penalty"
    STEP_FRACTION = "step_fraction"
    CURVATURE_FAILURE = "curvature_failure"
    SILENT_GROUPS = "silent_groups"
    PROXY_RETURN = "proxy_return"
    KL_REFERENCE = "kl_reference"
    KL_REFERENCE_EPISODE = "kl_reference_episode"
    REWARD_MODEL_ACCURACY = "reward_model_accuracy"
    REWARD_MODEL_CORRELATION = "reward_model_correlation"
    ENV_STEPS = "env_steps"
    LABELLED_STEPS = "labelled_steps"
    UPDATES = "updates"
    GRADIENT_SAMPLES = "gradient_samples"
    PARAMETERS = "parameters"
    ROLLOUT_FLOP = "rollout_flop"
    UPDATE_FLOP = "update_flop"


QUANTITIES: dict[Metric, Quantity] = {
    Metric.EPISODE_RETURN: Quantity("reward", 1, "undiscounted sum of the environment's own rewards over one episode"),
    Metric.EPISODE_LENGTH: Quantity("env_steps", 0, "steps of one episode"),
    Metric.RETURN_MEAN: Quantity("reward", 1, "mean return over one evaluation's episodes"),
    Metric.RETURN_SD: Quantity("reward", -1, "standard deviation (n - 1) of return over one evaluation's episodes"),
    Metric.LENGTH_MEAN: Quantity("env_steps", 0, "mean length over one evaluation's episodes"),
    Metric.EPISODES: Quantity("episodes", 0, "episodes in one evaluation"),
    Metric.KL_OLD_NEW: Quantity("nats/decision", 0, "exact KL(policy before || after the update), mean over its batch"),
    Metric.ENTROPY: Quantity("nats/decision", 0, "entropy of the policy after the update, mean over its batch"),
    Metric.EXPLAINED_VARIANCE: Quantity("1", 1, "1 - var(target - value) / var(target), before the update"),
    Metric.EFFECTIVE_SAMPLE_SIZE: Quantity("1", 1, "(sum of ratios)^2 / (n sum of squared ratios), after the update"),
    Metric.CLIP_FRACTION: Quantity(
        "1", 0, "share of decisions whose ratio lies outside the clip range after the update"
    ),
    Metric.PENALTY: Quantity("1", 0, "coefficient of the KL penalty during the update"),
    Metric.STEP_FRACTION: Quantity("1", 0, "share of the full natural-gradient step taken; 0 where the search failed"),
    Metric.CURVATURE_FAILURE: Quantity("1", -1, "1 where the curvature met was not positive, and no step was taken"),
    Metric.SILENT_GROUPS: Quantity("1", -1, "share of groups whose scores are all equal, and so teach nothing"),
    Metric.PROXY_RETURN: Quantity("learned reward", 0, "undiscounted sum of learned rewards over one episode, mean"),
    Metric.KL_REFERENCE: Quantity("nats/decision", 0, "exact KL(policy || reference), mean over decisions"),
    Metric.KL_REFERENCE_EPISODE: Quantity("nats/episode", 0, "the same summed over an episode, mean over episodes"),
    Metric.REWARD_MODEL_ACCURACY: Quantity(
        "1", 1, "share of fresh pairs that the learned reward orders as their returns"
    ),
    Metric.REWARD_MODEL_CORRELATION: Quantity("1", 1, "rank correlation of learned and hidden returns, fresh segments"),
    Metric.ENV_STEPS: Quantity("env_steps", -1, "environment steps used for training, evaluation excluded"),
    Metric.LABELLED_STEPS: Quantity("env_steps", -1, "environment steps in the segments that were compared"),
    Metric.UPDATES: Quantity("steps", -1, "optimiser steps, actor and critic together"),
    Metric.GRADIENT_SAMPLES: Quantity("decisions", -1, "decisions that a gradient was taken over, repeats counted"),
    Metric.PARAMETERS: Quantity("parameters", -1, "trainable parameters, actor and critic together"),
    Metric.ROLLOUT_FLOP: Quantity("FLOP", -1, "multiplications and additions of the matrix products in acting"),
    Metric.UPDATE_FLOP: Quantity("FLOP", -1, "the same in updates, counted by torch on one update and multiplied"),
}

_WORD = pa.dictionary(pa.int16(), pa.string())
ROWS = pa.schema(
    [
        ("task", _WORD),
        ("method", _WORD),
        ("variant", _WORD),
        ("seed", pa.int32()),
        ("step", pa.int64()),
        ("unit", _WORD),
        ("split", _WORD),
        ("metric", _WORD),
        ("value", pa.float64()),
    ]
)
"""Columns of a run file. `step` counts the task's `unit` that this seed had used when the value was measured."""


class Outcome(StrEnum):
    """How a seed's run ended. Only a finished one is a success; the others stay in every table as failures."""

    FINISHED = "finished"
    DIVERGED = "diverged"
    ENVIRONMENT_FAILED = "environment_failed"
