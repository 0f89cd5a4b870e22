"""Train a language model with TRL and print what it took:
`python -m rlbench.benchmarks.language_theirs METHOD STEPS FOLDER [precomputed]`."""

import json
import sys
import time
from pathlib import Path
from typing import Any

# The peers are no dependency: type checks must pass where they are missing.
# pyright: reportMissingImports=false, reportPrivateImportUsage=false
from datasets import Dataset
from transformers import TrainerCallback
from trl import DPOConfig, DPOTrainer, GRPOConfig, GRPOTrainer

from rlbench.benchmarks.language_ours import WARM_UP
from rlbench.benchmarks.language_settings import ANSWERS, LANGUAGE, METHODS, prompts, speech_of, texts
from rlbench.loops.cost import Meter

PRECOMPUTED = "precomputed"
"""The reference is asked before training, once for each recorded answer, and not in every step."""


class Clock(TrainerCallback):
    """Notes the process's CPU-seconds at the end of each step: all that a trainer does between two is in them."""

    def __init__(self):
        self.ends: list[float] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.ends.append(time.process_time())


def main(method: str, steps: int, folder: Path, *, precomputed: bool) -> dict[str, Any]:
    """CPU-seconds of each step after the warm-up, and the process's memory."""
    meter, clock = Meter(), Clock()
    trainer = _trainer(method, steps + WARM_UP, folder, precomputed=precomputed)
    trainer.add_callback(clock)
    trainer.train()
    spent = [end - start for start, end in zip(clock.ends, clock.ends[1:], strict=False)][WARM_UP - 1 :]
    return {"step_cpu_s": spent, "peak_rss_mb": meter.record()["peak_rss_mb"]}


def _trainer(method: str, steps: int, folder: Path, *, precomputed: bool) -> Any:
    asked, model = METHODS[method], str(folder)
    match method:
        case "dpo":
            given = texts()
            rows = {
                "prompt": given.prompts,
                "chosen": [f" {answer}" for answer in given.preferred],
                "rejected": [f" {answer}" for answer in given.other],
            }
            args = DPOConfig(**_settings(asked, steps, folder), beta=asked.beta, precompute_ref_log_probs=precomputed)
            return DPOTrainer(model=model, args=args, train_dataset=Dataset.from_dict(rows))
        case "grpo":
            args = GRPOConfig(
                **_settings(asked, steps, folder),
                beta=asked.kl_coef,
                epsilon=asked.clip,
                loss_type="grpo",
                use_bias_correction_kl=False,
                num_generations=asked.rollout.group,
                max_completion_length=speech_of(folder).window.answer,
            )
            rows = Dataset.from_dict({"prompt": prompts()})
            return GRPOTrainer(model=model, reward_funcs=_judged, args=args, train_dataset=rows)
        case _:
            raise LookupError(f"no trainer of TRL's for {method}")


def _settings(method: Any, steps: int, folder: Path) -> dict[str, Any]:
    """TRL's own defaults but for the method's numbers, single precision as ours, no activations computed twice to save
    memory, and nothing written or shown."""
    rule = method.update
    return {
        "output_dir": str(folder.parent / "trl"),
        "max_steps": steps,
        "per_device_train_batch_size": ANSWERS,
        "learning_rate": rule.lr,
        "lr_scheduler_type": "constant",
        "max_grad_norm": rule.max_norm,
        "adam_beta1": rule.beta1,
        "adam_beta2": rule.beta2,
        "adam_epsilon": rule.eps,
        "weight_decay": 0.0,
        "gradient_checkpointing": False,
        "bf16": False,
        "use_cpu": True,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
    }


def _judged(prompts: list[str], completions: list[str], **_: Any) -> list[float | None]:
    return LANGUAGE.judge(prompts, completions).reward.tolist()


if __name__ == "__main__":
    name, number, path, *more = sys.argv[1:]
    print(json.dumps(main(name, int(number), Path(path), precomputed=PRECOMPUTED in more)))
