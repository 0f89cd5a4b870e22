"""What holds for every test: the arithmetic of every run, and hypothesis draws the same examples everywhere."""

import pytest
from hypothesis import HealthCheck, settings

from rlbench.core import arithmetic

arithmetic.settle()
settings.register_profile(
    "rlbench",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rlbench")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which planted defects were caught, and by which test."""
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
