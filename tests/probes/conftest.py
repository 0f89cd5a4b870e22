"""Long runs go without checks of annotations."""

from collections.abc import Iterator

import pytest

from tests.training import shapes_checked


@pytest.fixture(autouse=True)
def unchecked() -> Iterator[None]:
    """What is run here has been checked in short runs of the same methods, in tests/loops."""
    with shapes_checked(False):
        yield
