"""TRL's own trainers on a tiny Llama, and the batches that they prepare laid out as ours are.

Nothing of TRL is imported until a trainer is made: it is there for comparisons only.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor, nn

from rlbench.core.noise import Noise
from rlbench.language.flat_module import FlatModule
from rlbench.language.imitation import Imitation, begin
from rlbench.language.policy import LanguagePolicy
from rlbench.language.pretrained import Pretrained, fresh, save
from rlbench.language.tokens import tokenizer_of
from rlbench.language.window import Window
from rlbench.languages.countdown import Countdown

GROUP, ANSWERS, ANSWER_TOKENS = 4, 16, 7
BETA, CLIP = 0.3, 0.2
PROMPTS = ("7|12=", "3|0", "8", "5|1=")
PAIRS = (
    ("7|12=", "7+9-4", "7-4"),
    ("3|0", "1", "3+3-6"),
    ("8", "8+1", "9-9-1"),
    ("5|1=", "5-4", "5"),
)
"""A prompt, the answer that was preferred and the other one: none of a length with another."""


def tiny_model(folder: Path) -> Path:
    """A Llama and its tokenizer on disk, its numbers so far from zero that no two tokens are as likely."""
    tokenizer = tokenizer_of(Countdown())
    model = fresh(Imitation(width=16, layers=2, heads=2).config(tokenizer, 32))
    begin(model, Noise([0]))
    move(model, spread=0.3, seed=0)
    save(folder, model, tokenizer)
    return folder


def move(module: nn.Module, *, spread: float, seed: int) -> None:
    """Add noise to every parameter, in place."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in module.parameters():
            weight.add_(torch.randn(weight.shape, generator=draw), alpha=spread)


def settings(kind: type, folder: Path, **changed: Any) -> Any:
    """What all trainers have in common: nothing is reported, recomputed, rounded or dropped out."""
    return kind(
        output_dir=str(folder / "trainer"),
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
        seed=0,
        **changed,
    )


def dpo_trainer(model: Path, folder: Path) -> Any:
    from trl import DPOConfig, DPOTrainer

    rows = [dict(zip(("prompt", "chosen", "rejected"), pair, strict=True)) for pair in PAIRS]
    args = settings(DPOConfig, folder, beta=BETA)
    return DPOTrainer(model=str(model), args=args, train_dataset=Dataset.from_list(rows))


def reward_trainer(model: Path, folder: Path) -> Any:
    from trl import RewardConfig, RewardTrainer

    rows = [{"chosen": prompt + better, "rejected": prompt + other} for prompt, better, other in PAIRS]
    return RewardTrainer(model=str(model), args=settings(RewardConfig, folder), train_dataset=Dataset.from_list(rows))


def grpo_trainer(model: Path, folder: Path, **changed: Any) -> Any:
    """Each batch is learned from twice, so that the trainer keeps the log-probabilities of its own answers."""
    from trl import GRPOConfig, GRPOTrainer

    asked = {
        "beta": BETA,
        "epsilon": CLIP,
        "loss_type": "grpo",
        "use_bias_correction_kl": False,
        "num_generations": GROUP,
        "per_device_train_batch_size": ANSWERS,
        "max_completion_length": ANSWER_TOKENS,
        "num_iterations": 2,
    }
    args = settings(GRPOConfig, folder, **(asked | changed))
    return GRPOTrainer(
        model=str(model),
        reward_funcs=worth,
        args=args,
        train_dataset=Dataset.from_list([{"prompt": p} for p in PROMPTS]),
    )


def worth(completions: list[str], **_: Any) -> list[float]:
    """Something that siblings differ in."""
    return [len(set(answer)) + 0.1 * len(answer) for answer in completions]


def collated(trainer: Any) -> dict[str, Tensor]:
    """All of a trainer's records, as it would hand them to its loss."""
    return trainer.data_collator(list(trainer.train_dataset))


def generated(trainer: Any) -> dict[str, Tensor]:
    """Answers of a GRPO trainer to all prompts with what it made of them, siblings side by side."""
    trainer.model.train()
    return trainer._generate_and_score_completions([{"prompt": p} for p in PROMPTS for _ in range(GROUP)])


def loss_and_gradient(trainer: Any, batch: dict[str, Tensor]) -> tuple[float, dict[str, Tensor]]:
    """A trainer's own loss, and its derivatives by the parameter's name. In double precision as far as TRL goes: its
    head adds up in single precision whatever the model is made of."""
    for module in (trainer.model, getattr(trainer, "ref_model", None)):
        if module is not None:
            module.double()
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 1
    loss = trainer.compute_loss(trainer.model, dict(batch))
    loss.backward()
    return float(loss.detach()), {name: p.grad for name, p in trainer.model.named_parameters() if p.grad is not None}


@dataclass(frozen=True)
class Ours:
    """The trainer's model as a policy of ours, with the same numbers."""

    policy: LanguagePolicy
    theta: Tensor

    @classmethod
    def of(cls, model: Path, module: nn.Module, window: Window) -> "Ours":
        network = Pretrained(model).policy()
        network.module.load_state_dict(module.state_dict())
        theta = network.read()[None].double()
        in_double(network)
        return cls(LanguagePolicy(network, window), theta)


def in_double(network: FlatModule) -> None:
    """As precise as TRL's model is made: with the eager attention's single precision a row of padding alone would be
    no number."""
    network.module.double()
    getattr(network.module, "body", network.module).set_attn_implementation("sdpa")


def flat(network: FlatModule, named: dict[str, Tensor]) -> Tensor:
    """[1, P], from tensors that are called as the network's parameters are."""
    theta = torch.zeros(1, network.layout.size, dtype=torch.float64)
    for name, view in network.weights(theta)[0].items():
        view.copy_(named[name])
    return theta
