"""Let policies answer prompts, token by token, keeping what earlier tokens have been turned into."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import DynamicCache

from rlbench.language.llama_steps import LlamaSteps, fits
from rlbench.language.policy import LanguagePolicy, attention
from rlbench.language.window import Window


@dataclass(frozen=True)
class Decoded:
    """Answers and what generating them thought of each token."""

    answers: Int[Tensor, "answer *S B"]
    """After its end an answer holds nothing but ends."""
    logp: Float[Tensor, "answer *S B"]
    """Log-probability of each token, zero after an answer's end."""


Choose = Callable[[Float[Tensor, "B V"], Float[Tensor, " B"]], Int[Tensor, " B"]]
"""From logits and noise to tokens."""


def sample(logits: Float[Tensor, "B V"], noise: Float[Tensor, " B"]) -> Int[Tensor, " B"]:
    """Inverse of the cumulative distribution: one uniform number chooses one token."""
    cumulative = (logits - logits.amax(-1, keepdim=True)).double().exp().cumsum(-1)
    threshold = noise.double()[:, None] * cumulative[:, -1:]
    return torch.searchsorted(cumulative, threshold, right=True)[:, 0].clamp_max(logits.shape[-1] - 1)


def likeliest(logits: Float[Tensor, "B V"], noise: Float[Tensor, " B"]) -> Int[Tensor, " B"]:
    """The most likely token; takes noise to be exchangeable with `sample`."""
    del noise
    return logits.argmax(-1)


@torch.no_grad()
def decode(
    policy: LanguagePolicy,
    theta: Float[Tensor, "S P"],
    prompts: Int[Tensor, "prompt S B"],
    noise: Float[Tensor, "answer S B"],
    choose: Choose = sample,
) -> Decoded:
    """One answer to each prompt."""
    decoded = Decoded(torch.full_like(noise, policy.window.end, dtype=torch.int64), torch.zeros_like(noise))
    for seed, weights in enumerate(policy.network.weights(theta)):
        mine = Decoded(decoded.answers[:, seed], decoded.logp[:, seed])
        with policy.network.holding(weights) as module:
            _decode(policy, module, prompts[:, seed].T, noise[:, seed], choose, mine)
    return decoded


def _decode(
    policy: LanguagePolicy,
    module: torch.nn.Module,
    prompts: Int[Tensor, "B prompt"],
    noise: Float[Tensor, "answer B"],
    choose: Choose,
    into: Decoded,
) -> None:
    """Fill in the answers of one seed, until all have ended."""
    say, said, end = _speaker(module, policy.window, prompts, len(noise)), prompts, policy.window.end
    going = torch.ones(len(prompts), dtype=torch.bool, device=prompts.device)
    for t, uniform in enumerate(noise):
        logits = policy.choices(say(said))
        token = torch.where(going, choose(logits, uniform), end)
        into.answers[t] = token
        into.logp[t] = torch.log_softmax(logits, -1).gather(-1, token[:, None])[:, 0] * going
        going &= token != end
        if not bool(going.any()):
            return
        said = token[:, None]


Speaker = Callable[[Int[Tensor, "B n"]], Float[Tensor, "B V"]]
"""Takes the tokens that were said since it was last asked, first the prompts, and says logits for the next."""


def _speaker(module: torch.nn.Module, window: Window, prompts: Int[Tensor, "B prompt"], room: int) -> Speaker:
    if fits(module):
        return LlamaSteps(module, window.seen(prompts), room)
    arguments, cache = attention(window, prompts), {_cache_word(module): DynamicCache(), "use_cache": True}

    def say(tokens: Int[Tensor, "B n"]) -> Float[Tensor, "B V"]:
        nonlocal arguments
        if tokens is not prompts:
            arguments = _one_more(arguments, tokens)
        return module(**arguments, **cache, logits_to_keep=1).logits[:, -1]

    return say


def _one_more(arguments: dict[str, Tensor], token: Int[Tensor, "B 1"]) -> dict[str, Tensor]:
    """The arguments for the next token alone, the earlier ones being remembered."""
    following = {"input_ids": token}
    if "attention_mask" in arguments:
        seen = arguments["attention_mask"]
        following["attention_mask"] = torch.cat((seen, torch.ones_like(seen[:, :1])), 1)
        following["position_ids"] = arguments["position_ids"][:, -1:] + 1
    return following


def _cache_word(module: torch.nn.Module) -> str:
    """What a model calls its memory: transformers has another word for it from version 5.20 or so on."""
    return "cache" if "cache" in inspect.signature(type(module).forward).parameters else "past_key_values"
