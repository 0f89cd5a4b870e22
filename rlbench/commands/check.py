"""The contract tests of one method."""

import subprocess
import sys

from rlbench.core import catalog
from rlbench.core.source import PACKAGE
from rlbench.core.validation import unknown


def check(method: str) -> int:
    """Run them with pytest; returns its exit code, or 2 for a method that does not exist."""
    if method not in catalog.methods():
        print(f"  {unknown('method', method, catalog.methods())}", file=sys.stderr)
        return 2
    rooms = [str(PACKAGE.parent / "tests" / room) for room in ("methods", "probes", "loops")]
    command = [sys.executable, "-m", "pytest", *rooms, "-k", method, "--verbosity=1", "--no-header"]
    return subprocess.run(command, check=False).returncode
