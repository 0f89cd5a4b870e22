"""Hold the results against their manifest."""

from pathlib import Path

from rlbench.report import manifest


def verify(results: Path) -> list[str]:
    """What is missing or changed, one line each; prints that all is well where nothing is."""
    problems = manifest.verify_manifest(results)
    if not problems:
        print(f"  verified     every file is as the manifest says ({manifest.read_hash(results)[:12]})")
    return problems
