"""Conjugate gradients against a dense solve, and that no seed's trouble is another's."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from rlbench.algo.conjugate_gradient import conjugate_gradient

SIZE = 6


def symmetric(eigenvalues: list[list[float]], seed: int = 0) -> Tensor:
    """One matrix for each seed with these eigenvalues and eigenvectors at random, float64 [S, P, P]."""
    values = torch.tensor(eigenvalues, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    shape = (len(values), values.shape[1], values.shape[1])
    vectors = torch.linalg.qr(torch.randn(shape, generator=generator, dtype=torch.float64)).Q
    matrices = vectors * values[:, None] @ vectors.mT
    return (matrices + matrices.mT) / 2


def conditioned(number: float) -> list[float]:
    """Eigenvalues from one down to the reciprocal of the condition number."""
    return np.geomspace(1, 1 / number, SIZE).tolist()


def vectors(count: int, seed: int = 1) -> Tensor:
    return torch.randn(count, SIZE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def product(matrices: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda v: (matrices * v[:, None]).sum(2)


def solved(
    matrices: Tensor, b: Tensor, iterations: int = 3 * SIZE, tolerance: float = 1e-20
) -> tuple[Tensor, list[bool]]:
    x, failed = conjugate_gradient(product(matrices), b, iterations=iterations, tolerance=tolerance)
    return x, failed.tolist()


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=4), st.integers(0, 1000))
def test_it_solves_for_every_seed_however_well_each_is_conditioned(numbers, seed):
    matrices, b = symmetric([conditioned(number) for number in numbers], seed), vectors(len(numbers), seed + 1)
    x, failed = solved(matrices, b)
    exact = torch.linalg.solve(matrices, b)
    assert failed == [False] * len(numbers)
    for k, number in enumerate(numbers):
        # A relative residual of 1e-10 allows for an error of that times the condition number, and rounding for as much.
        assert (x[k] - exact[k]).norm() <= 2e-10 * number * exact[k].norm()


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_after_k_iterations_it_is_the_best_in_the_space_of_the_first_k_powers(k):
    # It minimises xᵀAx / 2 - bᵀx over the span of b, Ab, …, A^{k-1}b: by the normal equations of that basis, in NumPy.
    matrices, b = symmetric([conditioned(10.0), conditioned(100.0)]), vectors(2)
    x, _ = solved(matrices, b, iterations=k)
    for seed in range(2):
        a, right = matrices[seed].numpy(), b[seed].numpy()
        basis = np.linalg.qr(np.stack([np.linalg.matrix_power(a, power) @ right for power in range(k)], 1)).Q
        expected = basis @ np.linalg.solve(basis.T @ a @ basis, basis.T @ right)
        assert x[seed].numpy() == pytest.approx(expected, abs=1e-9)


def test_a_seed_that_is_not_positive_definite_is_marked_and_the_others_do_not_notice():
    indefinite = [1.0, 0.5, -0.5, 0.3, 0.2, -1.0]
    matrices = symmetric([conditioned(10.0), indefinite, conditioned(1000.0), conditioned(1.0)])
    b = vectors(4)
    x, failed = solved(matrices, b)
    assert failed == [False, True, False, False]
    others = [0, 2, 3]
    without, _ = solved(matrices[others], b[others])
    assert torch.equal(x[others], without)
    assert x.isfinite().all()


def test_a_seed_stops_before_the_first_direction_that_is_not_curved_upwards():
    # In the plane of b and Ab the form has one sign of each; the first direction takes the positive one.
    matrices = torch.diag(torch.tensor([1.0, 1.0, 1.0, 1.0, 1.0, -0.1], dtype=torch.float64))[None]
    b = torch.ones(1, SIZE, dtype=torch.float64)
    x, failed = solved(matrices, b)
    assert failed == [True]
    assert torch.equal(x, solved(matrices, b, iterations=1)[0])
    assert torch.equal(x, b * (6 / 4.9))
    for level in (-matrices.abs(), 0 * matrices):
        x, failed = solved(level, b)
        assert failed == [True]
        assert torch.equal(x, torch.zeros_like(b))


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf], ids=str)
def test_what_is_not_finite_is_marked_and_stays_where_it_is(bad):
    matrices, b = symmetric([conditioned(10.0)] * 3), vectors(3)
    fine = solved(matrices, b)[0]
    broken_matrix, broken_b = matrices.clone(), b.clone()
    broken_matrix[1, 2, 3], broken_b[1, 2] = bad, bad
    for x, failed in (solved(broken_matrix, b), solved(matrices, broken_b)):
        assert failed == [False, True, False]
        assert torch.equal(x[1], torch.zeros(SIZE, dtype=torch.float64))
        assert torch.equal(x[[0, 2]], fine[[0, 2]])


def test_nothing_to_solve_for_is_solved_by_nothing():
    matrices, b = symmetric([conditioned(10.0)] * 3), vectors(3)
    b[1] = 0
    x, failed = solved(matrices, b)
    assert failed == [False, False, False]
    assert torch.equal(x[1], torch.zeros(SIZE, dtype=torch.float64))
    assert torch.equal(x[[0, 2]], solved(matrices[[0, 2]], b[[0, 2]])[0])


def test_a_seed_that_has_arrived_stays_while_the_others_go_on():
    matrices, b = symmetric([conditioned(1.0), conditioned(1000.0)]), vectors(2)
    one, other, all_the_way = (solved(matrices, b, iterations=k)[0] for k in (1, 2, 50))
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[0], all_the_way[0])
    assert not torch.equal(one[1], other[1])
    assert torch.equal(solved(matrices, b, iterations=0)[0], torch.zeros_like(b))


@pytest.mark.parametrize("tolerance", [1e-1, 1e-2, 1e-4, 1e-8])
def test_it_goes_no_further_than_the_tolerance_asks(tolerance):
    matrices, b = symmetric([conditioned(100.0)]), vectors(1)
    squares = []
    for iterations in range(8):
        x, _ = solved(matrices, b, iterations=iterations, tolerance=1e-20)
        squares.append(((b - product(matrices)(x)).square().sum() / b.square().sum()).item())
    needed = next(k for k, square in enumerate(squares) if square <= tolerance)
    stopped = solved(matrices, b, tolerance=tolerance)[0]
    assert torch.equal(stopped, solved(matrices, b, iterations=needed)[0])
    # It is a share of |b|²: with 1024 times the b it stops at the same iteration, 1024 times as far.
    assert torch.equal(solved(matrices, 1024 * b, tolerance=tolerance)[0], 1024 * stopped)


def test_a_product_is_asked_for_as_often_as_there_are_iterations_whatever_the_seeds_do():
    for values in (conditioned(1.0), conditioned(1000.0), [-1.0] * SIZE):
        matrices, asked = symmetric([values]), []

        def counted(v: Tensor, matrices: Tensor = matrices, asked: list[Tensor] = asked) -> Tensor:
            asked.append(v)
            return product(matrices)(v)

        conjugate_gradient(counted, vectors(1), iterations=7, tolerance=1e-10)
        assert len(asked) == 7


def test_the_graph_traced_from_one_system_is_right_for_every_other():
    def solve(matrices: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        return conjugate_gradient(product(matrices), b, iterations=5, tolerance=1e-10)

    graph = make_fx(solve)(symmetric([conditioned(1.0)] * 2), vectors(2))
    for values in ([conditioned(10.0), [-1.0] * SIZE], [conditioned(100.0), conditioned(2.0)]):
        matrices, b = symmetric(values), vectors(2, seed=3)
        for traced, eager in zip(graph(matrices, b), solve(matrices, b), strict=True):
            assert torch.equal(traced, eager)
