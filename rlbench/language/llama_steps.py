"""A Llama that says one token after another in few operations, on memory that is there from the beginning.

What transformers' module computes, on the module's own weights. For a small model most of the time of such a step goes
into everything but arithmetic: modules that call modules, masks and memory made anew. Other models take that way.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import embedding, linear, rms_norm, silu
from transformers import LlamaForCausalLM


def fits(module: nn.Module) -> bool:
    """Whether a model is a Llama as it was first described: no biases, as many keys as queries, positions by rotation
    without further scaling."""
    if type(module) is not LlamaForCausalLM:
        return False
    config: Any = module.config
    plain = not (config.attention_bias or config.mlp_bias) and config.hidden_act == "silu"
    alone = config.num_key_value_heads == config.num_attention_heads
    return plain and alone and getattr(module.model.rotary_emb, "rope_type", None) == "default"


class LlamaSteps:
    """Some texts that grow token by token. No gradient flows."""

    def __init__(self, module: Any, seen: Bool[Tensor, "B prompt"], room: int):
        """For texts that begin with prompts, of which some tokens are seen, and grow by `room` tokens at most."""
        config, model = module.config, module.model
        self._eps, self._heads = config.rms_norm_eps, config.num_attention_heads
        self._embedding, self._norm, self._head = model.embed_tokens.weight, model.norm.weight, module.lm_head.weight
        self._layers = [_weights(layer) for layer in model.layers]
        size = self._layers[0][1].shape[0] // self._heads
        seen = torch.cat((seen, seen.new_ones(len(seen), room)), 1)
        length = seen.shape[1]
        shape = (len(self._layers), 2, len(seen), self._heads, length, size)
        self._memory = self._embedding.new_zeros(shape)
        positions = (seen.cumsum(-1) - 1).clamp_min(0)[:, None, :, None]
        angle = positions * model.rotary_emb.inv_freq.repeat(2)
        self._cos, self._sin = angle.cos().to(self._embedding), angle.sin().to(self._embedding)
        visible = seen[:, None, None] & torch.ones_like(seen[0]).expand(length, -1).tril()
        lowest = torch.finfo(self._embedding.dtype).min  # no infinity: what is left of a prompt sees nothing at all
        self._bias = torch.where(visible, 0.0, lowest).to(self._embedding)
        self._said = 0

    def __call__(self, tokens: Int[Tensor, "B n"]) -> Float[Tensor, "B V"]:
        """Logits for the token after these, which come after all that was said before."""
        now, until = slice(self._said, self._said + tokens.shape[1]), self._said + tokens.shape[1]
        x = embedding(tokens, self._embedding)
        for weights, memory in zip(self._layers, self._memory, strict=True):
            norm, query, key, value, out, then, gate, up, down = weights
            h = rms_norm(x, norm.shape, norm, self._eps)
            q, k, v = (linear(h, w).unflatten(2, (self._heads, -1)).transpose(1, 2) for w in (query, key, value))
            memory[0, :, :, now], memory[1, :, :, now] = self._turned(k, now), v
            keys, values = memory[:, :, :, :until]
            score = self._turned(q, now) @ keys.transpose(2, 3) * keys.shape[3] ** -0.5
            mixed = (score + self._bias[:, :, now, :until]).softmax(3) @ values
            x = x + linear(mixed.transpose(1, 2).flatten(2), out)
            h = rms_norm(x, norm.shape, then, self._eps)
            x = x + linear(silu(linear(h, gate)) * linear(h, up), down)
        self._said = until
        return linear(rms_norm(x[:, -1], self._norm.shape, self._norm, self._eps), self._head)

    def _turned(self, x: Float[Tensor, "B H n D"], now: slice) -> Float[Tensor, "B H n D"]:
        """Each pair of numbers turned by the angle of its position."""
        first, second = x.chunk(2, 3)
        return x * self._cos[:, :, now] + torch.cat((-second, first), 3) * self._sin[:, :, now]


def _weights(layer: Any) -> tuple[Tensor, ...]:
    attention, mlp = layer.self_attn, layer.mlp
    projections = (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj)
    own = (
        layer.input_layernorm,
        *projections,
        layer.post_attention_layernorm,
        mlp.gate_proj,
        mlp.up_proj,
        mlp.down_proj,
    )
    return tuple(module.weight for module in own)
