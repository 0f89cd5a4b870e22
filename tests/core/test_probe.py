"""A probe's identity is the code that it executes."""

from rlbench.core import probe as probes
from rlbench.core.fingerprint import digest
from rlbench.core.probe import QUESTIONS


def test_every_file_is_a_probe_and_every_probe_has_a_path_of_its_own():
    found = probes.probes()
    assert [one.name for one in found] == sorted(path.stem for path in QUESTIONS.glob("[a-z]*.py"))
    assert len({one.path for one in found}) == len(found) > 5
    for one in found:
        assert one.path.parts == ("probes", one.name, f"{one.fingerprint}.parquet")
        assert one.record.name == f"{one.fingerprint}.record.json"
        assert one.fingerprint == digest(one.code)


def test_its_code_is_what_it_imports_down_to_the_methods_and_nothing_that_only_reads_it():
    found = {one.name: set(one.code) for one in probes.probes()}
    for path in ("algo/gae.py", "algo/n_step.py", "methods/reinforce.py", "probes/world.py", "core/noise.py"):
        assert f"rlbench/{path}" in found["look_ahead"]
    assert "rlbench/updates/trust_region.py" in found["policy_steps"]
    assert "rlbench/algo/group_relative.py" in found["silent_groups"]
    assert not any(
        "rlbench/report/" in path or "rlbench/core/plan.py" in path for code in found.values() for path in code
    )


def test_what_a_probe_does_not_use_does_not_change_it():
    code = {one.name: one.code for one in probes.probes()}
    changed = {path: own | {"new": "0"} for path, own in code["gae_identities"].items() if path.endswith("gae.py")}
    assert digest(code["gae_identities"] | changed) != digest(code["gae_identities"])
    assert not changed.keys() & code["answer_length"].keys()
