"""The list of all result files with their digests, so that anyone can see whether results are whole and unchanged."""

import hashlib
import json
from pathlib import Path
from typing import Any

from rlbench import __version__
from rlbench.report.plan import Plan
from rlbench.report.writing import write_text

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
APART = (".scratch", "benchmarks")
"""Folders that the pipeline does not answer for: what helps a run along, and measurements made by other commands."""
HALF_WRITTEN = ".part"
"""Ending of a file or folder that core.atomic is writing; one that stays behind tells of a process that was killed."""
PARTS = ("reproducible", "measured")


def write_manifest(results_dir: Path, plan_path: Path) -> dict[str, Any]:
    """Write manifest.json into `results_dir`, whose files were made from this plan, and return it.

    `reproducible` files have the same bytes when made again on the same machine, `measured` ones hold seconds, memory
    or the names of machines. `hash` is the digest over the reproducible ones: equal hash, equal results.
    """
    results, plan = Path(results_dir), Plan.read(plan_path)
    entries: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    for path in _files(results):
        name = path.relative_to(results).as_posix()
        entries["measured" if is_measured(name) else "reproducible"][name] = _entry(path)
    manifest = {
        "version": MANIFEST_VERSION,
        "hash": _hash(entries["reproducible"]),
        "plan": plan.digest,
        "rlbench": __version__,
        "command": plan.command,
        **entries,
    }
    write_text(results / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    return manifest


def verify_manifest(results_dir: Path) -> list[str]:
    """Say what is wrong with the files below `results_dir`; an empty list means that all are as the manifest says.

    Found are files that are missing or changed, writes that were cut off, and a manifest that contradicts itself.
    A file that the manifest does not list is no problem: new runs are added before the next manifest is written.
    """
    results = Path(results_dir)
    problems = [f"half-written: {path.relative_to(results).as_posix()}" for path in _drafts(results)]
    try:
        manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
        entries = {part: manifest[part] for part in PARTS}
        stated = manifest["hash"]
    except FileNotFoundError:
        return [*problems, f"missing: {MANIFEST}"]
    except (ValueError, KeyError, TypeError):
        return [*problems, f"half-written: {MANIFEST}"]
    if _hash(entries["reproducible"]) != stated:
        problems.append(f"changed: {MANIFEST} (its hash is not that of its own entries)")
    listed = sorted({**entries["reproducible"], **entries["measured"]}.items())
    found = {name: _problem(results / name, entry) for name, entry in listed}
    return [*problems, *(problem.format(name) for name, problem in found.items() if problem)]


def damaged_files(results_dir: Path) -> list[str]:
    """Names of the files that are missing or changed; raises FileNotFoundError or ValueError for a lost manifest."""
    results = Path(results_dir)
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    listed = sorted(item for part in PARTS for item in manifest[part].items())
    return [name for name, entry in listed if _problem(results / name, entry)]


def read_hash(results_dir: Path) -> str:
    """The digest that names these results, as their manifest states it."""
    return json.loads((Path(results_dir) / MANIFEST).read_text(encoding="utf-8"))["hash"]


def _problem(path: Path, entry: dict[str, Any]) -> str | None:
    """What is wrong with one file, with {} in the place of its name."""
    if not path.is_file():
        return "missing: {}"
    if path.stat().st_size != entry["size"]:
        return f"changed: {{}} ({path.stat().st_size} bytes instead of {entry['size']})"
    return None if _entry(path)["sha256"] == entry["sha256"] else "changed: {} (same size, other bytes)"


def is_measured(name: str) -> bool:
    """Whether a result file, named relative to the results folder, depends on the moment it was made."""
    return name.endswith(".record.json") or name.startswith("tables/measured_cost.") or name == "report.html"


def _files(results: Path) -> list[Path]:
    found = [path.relative_to(results) for path in results.rglob("*") if path.is_file()]
    whole = [path for path in found if not any(part.endswith(HALF_WRITTEN) for part in path.parts)]
    outside = [path for path in whole if path.parts[0] not in (*APART, MANIFEST)]
    return [results / path for path in sorted(outside, key=Path.as_posix)]


def _drafts(results: Path) -> list[Path]:
    drafts = results.rglob(f"*{HALF_WRITTEN}")
    return sorted(path for path in drafts if path.relative_to(results).parts[0] not in APART)


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}


def _hash(entries: dict[str, dict[str, Any]]) -> str:
    lines = "".join(f"{entry['sha256']}  {name}\n" for name, entry in sorted(entries.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
