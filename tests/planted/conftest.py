"""Planted defects are looked for quickly: only that a check fails is of interest."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

from tests.training import shapes_checked

settings.register_profile("planted", settings.get_profile("rlbench"), phases=[Phase.explicit, Phase.generate])


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """No annotations are checked, and no failing example is made smaller: that it fails is enough."""
    settings.load_profile("planted")
    with shapes_checked(False):
        yield
    settings.load_profile("rlbench")
