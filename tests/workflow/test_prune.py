"""What is deleted, and what is not."""

from pathlib import Path

from rlbench.commands.prune import prune
from rlbench.core.artefact import STAGES
from rlbench.core.calibration import planned_calibration
from rlbench.core.config import load
from rlbench.core.plan import make
from tests.language.given import SAMPLES

TEXT = """\
results: {results}
seeds: [0-1]
tasks:
  cartpole_preferences: {{budget_env_steps: 10_000}}
  Acrobot-v1: {{budget_env_steps: 10_000}}
  tales: {{budget_tokens: 10_000}}
  hh_rlhf:
    budget_tokens: 10_000
    data: {{folder: {samples}, split: pairs, held_out: ''}}
    model: {{folder: {model}}}
methods: [ppo_clip]
studies:
  gradient_estimators: {{tasks: [cartpole_preferences], batches: 40}}
  final_policies: {{tasks: [Acrobot-v1], prompts: 8, samples: 2, episodes: 4}}
"""


def test_what_the_plan_leads_to_stays_and_everything_of_another_fingerprint_goes(tmp_path: Path):
    results, model = tmp_path / "results", tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").touch()
    (tmp_path / "asked.yaml").write_text(TEXT.format(results=results, samples=SAMPLES, model=model))
    plan = make(load(tmp_path / "asked.yaml"))
    assert {one.kind for one in plan.artefacts} == {stage.kind for stage in STAGES.values()}
    folders = [one.path for one in plan.artefacts if not one.path.suffix]
    files = [one.path for one in plan.artefacts if one.path.suffix]
    kept = [results / path for job in plan.jobs for path in (job.path, job.record)]
    simulated = planned_calibration(plan)
    kept += [results / path / "model.safetensors" for path in folders]
    kept += [results / path for path in (*files, *(one.record for one in plan.artefacts), "tables/compute_cost.csv")]
    kept += [results / path for path in (simulated.path, simulated.record)]
    kept += [results / path for probe in plan.probes for path in (probe.path, probe.record)]
    kept += [results / path for one in (*plan.measurements, *plan.endings) for path in (one.path, one.record)]
    stale = [
        results / plan.jobs[0].cell.folder.parent / "0123456789abcdef" / "seeds_0-1.parquet",
        results / "runs" / "CartPole-v1" / "ppo_clip" / "0123456789abcdef" / "seeds_0-1.parquet",
        results / simulated.path.with_stem("0123456789abcdef"),
        *(results / path.with_stem("0123456789abcdef") for path in files),
        *(results / one.record.with_name("0123456789abcdef.record.json") for one in plan.artefacts),
        *(results / path.with_name("0123456789abcdef") / "model.safetensors" for path in folders),
        *(results / path.with_name(f".{path.name}.77.part") / "model.safetensors" for path in folders),
        results / plan.measurements[0].path.with_stem("0123456789abcdef"),
        results / plan.endings[0].path_of("0123456789abcdef"),
        results / plan.probes[0].record.with_name("0123456789abcdef.record.json"),
    ]
    for path in (*kept, *stale):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    deleted = prune(plan)
    inside = [path for path in stale if {"runs", "endings"} & {*path.parts} or path.name == "model.safetensors"]
    assert set(deleted) == {path.parent if path in inside else path for path in stale}
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in stale)
    assert prune(plan) == []
