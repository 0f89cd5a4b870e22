"""Says at the end which planted defects were caught, and by which test."""

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            about = dict(getattr(report, "user_properties", []))
            if "planted" in about:
                found[about["planted"]] = (outcome, about["check"])
    if not found:
        return
    caught = sum(outcome == "passed" for outcome, _ in found.values())
    terminalreporter.section("planted bugs")
    for name, (outcome, check) in sorted(found.items()):
        terminalreporter.line(f"{'caught' if outcome == 'passed' else 'MISSED'}  {name}")
        terminalreporter.line(f"        by {check}")
    terminalreporter.line(f"planted bugs: {caught} of {len(found)} caught")
