"""Nothing draws from a global generator, and nothing clips the gradients of all seeds together."""

import ast

import pytest

from tests.architecture.tree import FILES, dotted, name, parsed

NUMPY_ALLOWED = {"Generator", "SeedSequence", "Philox", "BitGenerator", "default_rng"}
TORCH_BANNED = {
    "manual_seed",
    "seed",
    "rand",
    "randn",
    "randint",
    "randperm",
    "normal",
    "bernoulli",
    "multinomial",
    "rand_like",
    "randn_like",
    "set_rng_state",
}


def offences(tree: ast.Module) -> list[str]:
    """Every use of a global generator, or of torch's clipping over all parameters, by line."""
    found = []
    for node in ast.walk(tree):
        chain = dotted(node) if isinstance(node, ast.Attribute) else ""
        root, _, last = chain.rpartition(".")
        numpy = root in ("np.random", "numpy.random") and last not in NUMPY_ALLOWED
        torch = root in ("torch", "torch.random", "torch.cuda") and last in TORCH_BANNED
        if numpy or torch or last.startswith("clip_grad"):
            found.append(f"line {node.lineno}: {chain}")
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names):
            found.append(f"line {node.lineno}: import random")
        if isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random", "torch.random"):
            names = {alias.name for alias in node.names}
            if node.module != "numpy.random" or names - NUMPY_ALLOWED:
                found.append(f"line {node.lineno}: from {node.module}")
        if isinstance(node, ast.ImportFrom) and any(alias.name.startswith("clip_grad") for alias in node.names):
            found.append(f"line {node.lineno}: clip_grad")
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_global_generator_is_used(path):
    assert offences(parsed(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "torch.manual_seed(0)",
        "np.random.seed(0)",
        "x = numpy.random.rand(3)",
        "torch.rand(3)",
        "import random",
        "from random import choice",
        "from numpy.random import randint",
        "torch.nn.utils.clip_grad_norm_(p, 1)",
        "from torch.nn.utils import clip_grad_norm_",
    ],
)
def test_each_of_them_would_be_seen(text):
    assert offences(ast.parse(text))


@pytest.mark.parametrize(
    "text", ["np.random.default_rng(0)", "np.random.Philox(key=1)", "generator.normal()", "torch.zeros(3)"]
)
def test_a_generator_of_ones_own_is_welcome(text):
    assert offences(ast.parse(text)) == []
