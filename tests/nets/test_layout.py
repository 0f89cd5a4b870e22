"""Where weights lie in flat parameters."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.nets.layout import Layout

shapes = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=5).map(tuple)


@given(shapes, st.integers(1, 3))
def test_views_share_the_memory_of_the_parameters(shapes, seeds):
    theta = torch.zeros(seeds, Layout(shapes).size)
    for number, view in enumerate(Layout(shapes).views(theta), 1):
        view.fill_(number)
    for number, shape in enumerate(shapes, 1):
        assert (theta == number).sum() == seeds * math.prod(shape)
    theta.fill_(-1.0)
    assert all((view == -1).all() for view in Layout(shapes).views(theta))


@given(shapes)
def test_views_have_the_shapes_in_order_and_do_not_overlap(shapes):
    layout = Layout(shapes)
    theta = torch.arange(2.0 * layout.size).reshape(2, -1)
    views = layout.views(theta)
    assert [tuple(view.shape) for view in views] == [(2, *shape) for shape in shapes]
    numbers = torch.cat([view[0].flatten() for view in views])
    assert (numbers.diff() > 0).all()
    assert all((view[1] == view[0] + layout.size).all() for view in views)


@given(shapes)
def test_every_weight_starts_at_a_multiple_of_64_bytes(shapes):
    layout = Layout(shapes)
    assert layout.size % 16 == 0
    assert all(view.storage_offset() % 16 == 0 for view in layout.views(torch.zeros(1, layout.size)))
    assert layout.size - layout.parameters < 16 * len(shapes)


@given(shapes)
def test_padding_is_no_parameter(shapes):
    assert Layout(shapes).parameters == sum(rows * columns for rows, columns in shapes)


def test_a_known_layout():
    layout = Layout(((4, 3), (1, 16), (1, 1)))
    assert (layout.size, layout.parameters) == (16 + 16 + 16, 12 + 16 + 1)
    assert [view.storage_offset() for view in layout.views(torch.zeros(1, 48))] == [0, 16, 32]
