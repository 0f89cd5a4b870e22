"""The manifest notices whatever happens to a result file."""

import json

import pytest

from rlbench.report import publish
from rlbench.report.manifest import HALF_WRITTEN, damaged_files, read_hash, verify_manifest, write_manifest


@pytest.fixture
def results(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    plan = builder.plan()
    publish.tables(builder.results, plan)
    (builder.results / "report.html").write_text("page")
    (builder.results / ".scratch").mkdir()
    (builder.results / ".scratch" / "cache").write_text("anything")
    write_manifest(builder.results, plan)
    return builder.results


def listed(results):
    return json.loads((results / "manifest.json").read_text())


def test_whole_results_have_no_problem(results):
    assert verify_manifest(results) == []
    assert damaged_files(results) == []


def test_every_file_is_listed_once_on_the_right_side(results):
    manifest = listed(results)
    everything = {path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()}
    everything -= {"manifest.json", ".scratch/cache"}
    assert set(manifest["reproducible"]) | set(manifest["measured"]) == everything
    assert not set(manifest["reproducible"]) & set(manifest["measured"])
    record = next(name for name in everything if name.endswith(".record.json"))
    costs = {f"tables/measured_cost.{ending}" for ending in ("csv", "md", "tex")}
    assert set(manifest["measured"]) == {record, "report.html", *costs}
    assert (manifest["plan"], manifest["command"]) == ("0123456789abcdef", "make results")


def test_a_flipped_byte_is_found(results):
    path = results / "scores.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert verify_manifest(results) == ["changed: scores.parquet (same size, other bytes)"]


def test_missing_shortened_and_half_written_files_are_found(results):
    (results / "tables" / "compute_cost.md").unlink()
    path = results / "tables" / "compute_cost.csv"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-1])
    (results / "tables" / f".compute_cost.tex.1234{HALF_WRITTEN}").write_text("\\begin")
    assert verify_manifest(results) == [
        f"half-written: tables/.compute_cost.tex.1234{HALF_WRITTEN}",
        f"changed: tables/compute_cost.csv ({size - 1} bytes instead of {size})",
        "missing: tables/compute_cost.md",
    ]
    assert damaged_files(results) == ["tables/compute_cost.csv", "tables/compute_cost.md"]


def test_a_manifest_that_is_absent_cut_or_forged_is_found(results):
    path = results / "manifest.json"
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    assert verify_manifest(results) == ["half-written: manifest.json"]
    manifest = json.loads(whole)
    manifest["reproducible"]["scores.parquet"]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest))
    problems = verify_manifest(results)
    assert problems[0].startswith("changed: manifest.json")
    assert problems[1].startswith("changed: scores.parquet")
    path.unlink()
    assert verify_manifest(results) == ["missing: manifest.json"]


def test_measured_files_do_not_move_the_hash_and_others_do(results):
    plan = results / "plan.json"
    before = read_hash(results)
    (results / "report.html").write_text("another page")
    assert write_manifest(results, plan)["hash"] == before
    (results / "tables" / "compute_cost.md").write_text("another table")
    assert write_manifest(results, plan)["hash"] != before


def test_measurements_of_other_commands_are_not_the_manifests_business(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    plan = builder.plan()
    publish.tables(builder.results, plan)
    measured = builder.results / "benchmarks" / "speed.json"
    measured.parent.mkdir()
    measured.write_text("first", encoding="utf-8")
    write_manifest(builder.results, plan)
    measured.write_text("second", encoding="utf-8")
    assert damaged_files(builder.results) == []
