"""A vocabulary in pieces is the categorical distribution with all its logits there."""

import pytest
import torch
from torch import Tensor

from rlbench.core.types import Curved
from rlbench.distributions import vocabulary
from rlbench.distributions.categorical import Categorical
from rlbench.distributions.vocabulary import Vocabulary

STEPS, SEEDS, STREAMS, WIDTH, TOKENS = 4, 2, 3, 5, 7


@pytest.fixture(params=[1, 2, 5, 6, 1000], ids=lambda decisions: f"{decisions} decisions at once")
def _at_once(request, monkeypatch):
    """As few as leave nothing whole, to all at once."""
    monkeypatch.setattr(vocabulary, "LOGITS_AT_ONCE", request.param * TOKENS)


def drawn(seed: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """Hidden states and a head for each seed."""
    draw = torch.Generator().manual_seed(seed)
    shapes = (STEPS, SEEDS, STREAMS, WIDTH), (1, SEEDS, 1, TOKENS, WIDTH)
    hidden, head = (torch.randn(shape, generator=draw, dtype=dtype).requires_grad_() for shape in shapes)
    return hidden, head


def whole(hidden: Tensor, head: Tensor) -> Categorical:
    """All logits, by another product."""
    return Categorical(torch.einsum("tsbd,svd->tsbv", hidden, head[0, :, 0]))


def action() -> Tensor:
    return torch.arange(STEPS * SEEDS * STREAMS).view(STEPS, SEEDS, STREAMS) % TOKENS


SAID = {
    "logp": lambda of, one, other: of(*one).logp(action()),
    "entropy": lambda of, one, other: of(*one).entropy(),
    "kl": lambda of, one, other: of(*one).kl(of(*other)),
}


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_it_says_what_all_logits_say_with_the_same_gradients(said):
    one, other = drawn(0), drawn(1)
    weight = torch.linspace(-1, 2, STEPS * SEEDS * STREAMS, dtype=torch.float64).view(STEPS, SEEDS, STREAMS)
    found, expected = (said(of, one, other) for of in (Vocabulary, whole))
    torch.testing.assert_close(found, expected, atol=1e-13, rtol=1e-13)
    for mine, theirs in zip(
        *(torch.autograd.grad((x * weight).sum(), (*one, *other), allow_unused=True) for x in (found, expected)),
        strict=True,
    ):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            torch.testing.assert_close(mine, theirs, atol=1e-12, rtol=1e-12)


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_in_single_precision_it_is_right_to_the_last_digits(said):
    found = said(Vocabulary, drawn(0, torch.float32), drawn(1, torch.float32))
    exact = said(whole, *([x.double() for x in drawn(seed, torch.float32)] for seed in (0, 1)))
    torch.testing.assert_close(found.double(), exact, atol=3e-6, rtol=3e-6)


def test_its_gradients_are_right(monkeypatch):
    monkeypatch.setattr(vocabulary, "LOGITS_AT_ONCE", 5 * TOKENS)
    for said in SAID.values():
        for varied in ((0, 1), (2, 3)) if said is SAID["kl"] else ((0, 1),):
            inputs = [x.detach() for x in (*drawn(0), *drawn(1))]

            def number(*some, varied=varied, inputs=inputs, said=said):
                given = list(inputs)
                for place, x in zip(varied, some, strict=True):
                    given[place] = x
                return said(Vocabulary, given[:2], given[2:])

            assert torch.autograd.gradcheck(number, [inputs[place].requires_grad_() for place in varied])


@pytest.mark.usefixtures("_at_once")
def test_its_fisher_information_is_that_of_the_logits_seen_from_its_parts():
    """J' M J of the distribution with all its logits, whichever share each decision has."""
    parts, tangent = drawn(0), tuple(x.detach() for x in drawn(1))
    share = torch.rand(STEPS, SEEDS, STREAMS, 1, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    for given in (None, share):
        moved = torch.autograd.functional.jvp(lambda *x: whole(*x).logits, parts, tangent)[1]
        curved = whole(*parts).fisher((moved,))[0].detach() * (1 if given is None else given)
        expected = torch.autograd.grad(whole(*parts).logits, parts, curved)
        with torch.no_grad():
            found = Vocabulary(*parts).fisher(tangent, given)
        torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-12)


def test_the_fisher_information_is_the_hessian_of_the_divergence_from_itself():
    parts, tangent = tuple(x.detach() for x in drawn(0)), tuple(x.detach() for x in drawn(1))

    def apart(*new: Tensor) -> Tensor:
        return Vocabulary(*parts).kl(Vocabulary(*new)).sum()

    _, expected = torch.autograd.functional.vhp(apart, parts, tangent)
    torch.testing.assert_close(Vocabulary(*parts).fisher(tangent), expected, atol=1e-12, rtol=1e-12)


def test_its_parts_make_it_again_and_it_has_all_that_is_asked_of_a_distribution():
    dist = Vocabulary(*drawn(0))
    assert isinstance(dist, Curved)
    assert torch.equal(Vocabulary(*dist.parts).logp(action()), dist.logp(action()))


@pytest.mark.parametrize("grad", [False, True], ids=["without gradient", "with gradient"])
def test_no_tensor_is_as_large_as_all_logits(monkeypatch, grad):
    """What autograd keeps, and the largest tensor that any operation makes on the way there and back."""
    tokens = 2000
    monkeypatch.setattr(vocabulary, "LOGITS_AT_ONCE", tokens)
    hidden = torch.randn(16, 1, 8, WIDTH, requires_grad=grad)
    head = torch.randn(1, 1, 1, tokens, WIDTH, requires_grad=grad)
    with Largest() as seen:
        logp = Vocabulary(hidden, head).logp(torch.zeros(16, 1, 8, dtype=torch.int64))
        if grad:
            logp.sum().backward()
    assert seen.numbers <= tokens * WIDTH < 16 * 8 * tokens


class Largest(torch.utils._python_dispatch.TorchDispatchMode):
    """The most numbers in one tensor that an operation returns."""

    numbers = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        for x in found if isinstance(found, tuple) else (found,):
            if isinstance(x, Tensor):
                self.numbers = max(self.numbers, x.untyped_storage().nbytes() // x.element_size())
        return found
