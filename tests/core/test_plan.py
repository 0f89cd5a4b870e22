"""From a configuration to jobs: blocks of seeds, what exists already, and what cannot be."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlbench.core import catalog
from rlbench.core.cell import block_name, seeds_in
from rlbench.core.config import Config, ConfigError, load
from rlbench.core.plan import Plan, make
from rlbench.core.resolved import merged
from rlbench.core.studies.asked import Studies

TEXT = """\
results: {results}
seeds: [0-5]
seeds_per_job: 4
tasks:
  CartPole-v1: {{budget_env_steps: 10_000}}
  Pendulum-v1: {{budget_env_steps: 20_000, gamma: 0.9}}
methods: [reinforce, ppo_clip]
settings:
  ppo_clip:
    all: {{clip: 0.1, update: {{epochs: 4}}}}
    Pendulum-v1: {{clip: 0.3}}
variants:
  ppo_clip: {{gentle: {{clip: 0.05, update: {{lr: 0.1}}}}}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "asked.yaml"
    path.write_text(TEXT.format(results=tmp_path / "results"))
    return load(path)


def train(plan: Plan, *paths: Path) -> None:
    """Leave the two files of a finished run."""
    for path in paths:
        whole = plan.config.results / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.touch()
        whole.with_suffix(".record.json").touch()


def seeds_by_cell(plan: Plan, *, done: bool) -> dict[str, list[tuple[int, ...]]]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for job in plan.jobs:
        if job.done is done:
            found.setdefault(f"{job.cell.label} on {job.cell.task}", []).append(job.seeds)
    return found


def test_every_cell_is_trained_in_blocks_of_seeds(config):
    plan = make(config)
    cells = ["reinforce", "ppo_clip", "ppo_clip (gentle)"]
    expected = {f"{c} on {t}": [(0, 1, 2, 3), (4, 5)] for t in ("CartPole-v1", "Pendulum-v1") for c in cells}
    assert seeds_by_cell(plan, done=False) == expected
    assert plan.missing == list(plan.jobs)
    assert plan.gaps == ()
    assert len({job.path for job in plan.jobs}) == len(plan.jobs)


def test_settings_are_laid_over_each_other_from_the_general_to_the_particular(config):
    cells = {(cell.task, cell.variant): cell for cell in make(config).cells if cell.method == "ppo_clip"}
    default = catalog.defaults(catalog.methods()["ppo_clip"].settings)
    cartpole, pendulum = cells["CartPole-v1", "default"].settings, cells["Pendulum-v1", "default"].settings
    assert (cartpole["clip"], pendulum["clip"]) == (0.1, 0.3)
    assert cartpole["update"] == default["update"] | {"epochs": 4}
    assert cartpole["critic"] == default["critic"]
    gentle = cells["Pendulum-v1", "gentle"].settings
    assert (gentle["clip"], gentle["update"]) == (0.05, default["update"] | {"epochs": 4, "lr": 0.1})
    assert cells["Pendulum-v1", "default"].task_settings["gamma"] == 0.9
    assert cells["CartPole-v1", "default"].task_settings["gamma"] == 0.99
    assert (cells["CartPole-v1", "gentle"].budget, cells["Pendulum-v1", "gentle"].budget) == (10_000, 20_000)


def test_runs_that_are_there_are_not_made_again(config):
    plan = make(config)
    train(plan, *(job.path for job in plan.jobs))
    again = make(config)
    assert again.missing == []
    assert {(job.path, job.seeds) for job in again.jobs} == {(job.path, job.seeds) for job in plan.jobs}


def test_a_run_without_its_record_is_not_there(config):
    plan = make(config)
    train(plan, plan.jobs[0].path)
    (config.results / plan.jobs[0].record).unlink()
    assert len(make(config).missing) == len(plan.jobs)


def test_more_seeds_make_jobs_for_the_new_ones_alone(config):
    plan = make(config)
    train(plan, *(job.path for job in plan.jobs))
    more = make(dataclasses.replace(config, seeds=tuple(range(11))))
    cells = seeds_by_cell(plan, done=False)
    assert seeds_by_cell(more, done=True) == cells
    assert seeds_by_cell(more, done=False) == {cell: [(6, 7, 8, 9), (10,)] for cell in cells}


def test_fewer_seeds_or_other_blocks_use_the_files_that_hold_them(config):
    plan = make(config)
    train(plan, *(job.path for job in plan.jobs))
    fewer = make(dataclasses.replace(config, seeds=(1, 5), seeds_per_job=1))
    assert fewer.missing == []
    assert {job.seeds for job in fewer.jobs} == {(1,), (5,)}
    assert {job.path for job in fewer.jobs} == {job.path for job in plan.jobs}
    first = make(dataclasses.replace(config, seeds=(1, 2)))
    assert {job.path.stem for job in first.jobs} == {"seeds_0-3"}


def test_no_seed_is_asked_for_twice_where_files_overlap(config):
    plan = make(config)
    folder = plan.jobs[0].cell.folder
    train(plan, folder / "seeds_0-3.parquet", folder / "seeds_2-4.parquet")
    jobs = [job for job in make(config).jobs if job.cell.folder == folder]
    assert sorted(seed for job in jobs for seed in job.seeds) == [0, 1, 2, 3, 4, 5]


def test_a_job_is_found_by_the_file_that_it_writes(config):
    plan = make(config)
    assert all(plan.job(str(job.path)) is job for job in plan.jobs)
    assert all(job.path.parts[:3] == ("runs", job.cell.task, job.cell.method) for job in plan.jobs)
    assert plan.jobs[0].record.name == "seeds_0-3.record.json"
    with pytest.raises(KeyError):
        plan.job("runs/nothing.parquet")


def test_a_method_that_a_task_cannot_serve_is_a_gap_with_its_reason(config, monkeypatch):
    needy = dataclasses.replace(catalog.methods()["reinforce"], needs=frozenset({"preferences"}))
    known = catalog.methods() | {"reinforce": needy}
    monkeypatch.setattr(catalog, "methods", lambda: known)
    plan = make(config)
    assert {(gap.task, gap.method) for gap in plan.gaps} == {(t, "reinforce") for t in ("CartPole-v1", "Pendulum-v1")}
    assert all("needs recorded comparisons" in gap.reason for gap in plan.gaps)
    assert {job.cell.method for job in plan.jobs} == {"ppo_clip"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ppo_clip": {"all": {"update": {"minibatches": 7}}}}, "update.minibatches: 7 does not divide 2048 rows"),
        ({"ppo_clip": {"all": {"critic": {"minibatches": 5}}}}, "critic.minibatches: 5 does not divide 2048 rows"),
        ({"reinforce": {"all": {"update": {"minibatches": 3}}}}, "update.minibatches: 3 does not divide 16 rows"),
        ({"reinforce": {"all": {"rollout": {"group": 3}}}}, "rollout.group: 3 does not divide 16 episodes"),
    ],
)
def test_sizes_that_do_not_fit_together_are_refused(config, settings, words):
    with pytest.raises(ConfigError) as raised:
        make(dataclasses.replace(config, settings=settings, variants={}))
    lines = str(raised.value).splitlines()
    assert len(lines) == 3  # two tasks, and the count
    assert all(words in line and str(config.path) in line for line in lines[:-1])


def test_a_memory_that_one_rollout_would_overflow_is_refused(config):
    tasks = {"CartPole-v1": {"budget_env_steps": 10_000}}
    small = {"dqn": {"all": {"rollout": {"streams": 8, "steps": 32, "capacity": 255}}}}
    asked = dataclasses.replace(config, tasks=tasks, methods=("dqn",), settings=small, variants={})
    with pytest.raises(ConfigError, match=r"dqn on CartPole-v1: rollout\.capacity: 255 holds less than 256 new steps"):
        make(asked)


def test_a_cell_that_is_left_out_is_a_gap_with_the_reason_given_and_what_cannot_be_keeps_its_own(config):
    reasons = {"ppo_clip": {"Pendulum-v1": "too dear"}, "dpo": {"Pendulum-v1": "too dear"}}
    plan = make(dataclasses.replace(config, methods=("ppo_clip", "dpo"), left_out=reasons))
    found = {(gap.task, gap.method, gap.variant): gap.reason for gap in plan.gaps}
    assert {key for key, reason in found.items() if reason == "too dear"} == {
        ("Pendulum-v1", "ppo_clip", variant) for variant in ("default", "gentle")
    }
    assert found["Pendulum-v1", "dpo", "default"] == "needs recorded comparisons"
    assert {job.cell.task for job in plan.jobs} == {"CartPole-v1"}


@given(st.lists(st.integers(0, 99), min_size=1, max_size=20, unique=True))
def test_a_blocks_name_says_which_seeds_are_inside(seeds):
    for block in (tuple(seeds), tuple(sorted(seeds))):
        assert seeds_in(block_name(block)) == block
        assert set(block_name(block).removeprefix("seeds_")) <= set("0123456789_-")


def test_known_names_of_blocks():
    assert block_name((0, 1, 2, 3)) == "seeds_0-3"
    assert block_name((3, 5, 6, 7)) == "seeds_3_5-7"
    assert block_name((9,)) == "seeds_9"
    assert seeds_in("seeds_10-12_20") == (10, 11, 12, 20)


def test_merging_lays_one_mapping_over_another_at_every_depth():
    base = {"a": 1, "b": {"c": 2, "d": 3}}
    assert merged(base, {"b": {"d": 4}, "e": 5}) == {"a": 1, "b": {"c": 2, "d": 4}, "e": 5}
    assert base == {"a": 1, "b": {"c": 2, "d": 3}}


def test_the_analysis_names_every_file_and_changes_with_what_is_asked(config):
    plan = make(config)
    analysis = plan.analysis
    assert len(analysis["cells"]) == len(plan.cells)
    assert sorted(f for cell in analysis["cells"] for f in cell["files"]) == sorted(str(j.path) for j in plan.jobs)
    assert all(cell["seeds"] == [0, 1, 2, 3, 4, 5] for cell in analysis["cells"])
    assert plan.analysis_path == Path("analysis", f"{analysis['digest']}.json")
    more = make(dataclasses.replace(config, seeds=tuple(range(7))))
    assert more.analysis["digest"] != analysis["digest"]
    assert make(config).analysis == analysis


STUDY = """\
studies:
  step_sizes:
    tasks: [CartPole-v1]
    seeds: [1-2]
    update: {lr: [0.1, 3.0e-3, 1.0e-2], max_kl: [0.1, 1.0, 10.0]}
    left_out: {ppo_clip: {CartPole-v1: too dear}}
"""


def asking(config: Config) -> Config:
    config.path.write_text(config.path.read_text() + STUDY)
    return load(config.path)


def test_a_study_of_steps_trains_what_the_matrix_does_not_have(config):
    before, plan = make(config), make(asking(config))
    assert plan.cells == before.cells
    assert [(p.setting, p.value, p.published) for p in plan.points["step_sizes"]] == [
        *(("lr", 3.0e-3, True), ("lr", 1.0e-2, False), ("lr", 0.1, False)),
    ]
    [own] = [p.cell for p in plan.points["step_sizes"] if p.published]
    assert own is next(cell for cell in plan.cells if (cell.method, cell.task) == ("reinforce", "CartPole-v1"))
    new = plan.jobs[len(before.jobs) :]
    assert [(job.cell.label, job.seeds) for job in new] == [
        ("reinforce (lr_0.01)", (1, 2)),
        ("reinforce (lr_0.1)", (1, 2)),
    ]
    assert [job.cell.settings["update"]["lr"] for job in new] == [1.0e-2, 0.1]
    assert [(gap.method, gap.task, gap.reason) for gap in plan.no_points] == [("ppo_clip", "CartPole-v1", "too dear")]


def test_a_point_of_the_matrix_is_told_with_the_seeds_of_the_study_alone(config):
    plan = make(asking(config))
    [own] = [point for point in plan.analysis["points"]["step_sizes"] if point["published"]]
    [cell] = [c for c in plan.analysis["cells"] if c["fingerprint"] == own["fingerprint"]]
    assert (own["seeds"], cell["seeds"]) == ([1, 2], [0, 1, 2, 3, 4, 5])
    assert own["files"] == [file for file in cell["files"] if file.endswith("seeds_0-3.parquet")]


def test_a_method_has_the_steps_that_its_update_has(config):
    config = asking(config)
    asked = dataclasses.replace(config.studies.step_sizes, left_out={})
    config = dataclasses.replace(
        config, methods=("reinforce", "trpo"), studies=Studies(asked), settings={}, variants={}
    )
    points = make(config).points["step_sizes"]
    assert {(p.cell.method, p.setting) for p in points} == {("reinforce", "lr"), ("trpo", "max_kl")}
    assert [p.value for p in points if p.cell.method == "trpo"] == [0.01, 0.1, 1.0, 10.0], "its own one is among them"


CURVES = """\
studies:
  step_sizes: {tasks: [CartPole-v1], seeds: [0-1], update: {lr: [3.0e-3, 1.0e-2, 0.1]}}
  other_settings:
    tasks: [CartPole-v1, Pendulum-v1]
    seeds: [1-2]
    curves:
      ppo_clip:
        default: {clip: [0.1, 0.2, 0.3], update: {epochs: [2, 4, 10]}}
        gentle: {lam: [0.5, 0.95, 1]}
      reinforce: {default: {update: {lr: [3.0e-3, 1.0e-2, 3.0e-2]}}}
"""


def varying(config: Config) -> Config:
    config.path.write_text(config.path.read_text() + CURVES)
    return load(config.path)


def test_a_curve_of_a_setting_goes_through_the_published_cell_of_its_variant(config):
    before, plan = make(config), make(varying(config))
    assert plan.cells == before.cells
    points = plan.points["other_settings"]
    own = {(p.cell.method, p.variant, p.setting, p.cell.task) for p in points if p.published}
    curves = {(p.cell.method, p.variant, p.setting, p.cell.task) for p in points}
    assert own == curves, "each has exactly its own value among its points"
    published = {(cell.method, cell.variant, cell.task): cell for cell in plan.cells}
    for point in points:
        cell = published[point.cell.method, point.variant, point.cell.task]
        assert (point.cell is cell) == (point.value == value_at(cell, point.setting))
        assert value_at(point.cell, point.setting) == point.value
    lams = [p for p in points if (p.setting, p.cell.task) == ("lam", "CartPole-v1")]
    assert {(p.cell.settings["clip"], p.cell.settings["update"]["lr"]) for p in lams} == {(0.05, 0.1)}
    assert [p.value for p in lams] == [0.5, 0.95, 1.0]
    assert isinstance(lams[-1].cell.settings["lam"], float), "1 and 1.0 are one setting"


def value_at(cell, setting: str):
    found = cell.settings
    for name in setting.split("."):
        found = found[name]
    return found


def test_what_two_studies_or_the_matrix_have_in_common_is_trained_once_with_the_seeds_of_both(config):
    plan = make(varying(config))
    assert len({job.path for job in plan.jobs}) == len(plan.jobs)
    seeds: dict[tuple[str, str], set[int]] = {}
    for job in plan.jobs:
        seeds.setdefault((job.cell.task, job.cell.label), set()).update(job.seeds)
    assert seeds["CartPole-v1", "reinforce (lr_0.01)"] == {0, 1, 2}, "of step sizes and of other settings"
    assert seeds["CartPole-v1", "reinforce (lr_0.1)"] == {0, 1}
    assert seeds["CartPole-v1", "reinforce (update_lr_0.03)"] == {1, 2}
    steps, others = (plan.analysis["points"][name] for name in ("step_sizes", "other_settings"))
    [one] = [p for p in steps if (p["method"], p["value"]) == ("reinforce", 1.0e-2)]
    [same] = [p for p in others if (p["task"], p["setting"], p["value"]) == ("CartPole-v1", "update.lr", 1.0e-2)]
    assert one["fingerprint"] == same["fingerprint"]
    assert (one["seeds"], same["seeds"]) == ([0, 1], [1, 2])
    trained = {job.cell.fingerprint for job in plan.jobs}
    assert [len(cells) for cells in plan.beside.values()] == [5, len(trained) - len(plan.cells) - 5]


def test_a_value_that_is_another_published_variant_is_that_cell(config):
    config = varying(config)
    wide = {"ppo_clip": {**config.variants["ppo_clip"], "wide": {"clip": 0.3}}}
    plan = make(dataclasses.replace(config, variants=wide))
    [point] = [
        p for p in plan.points["other_settings"] if (p.setting, p.value, p.cell.task) == ("clip", 0.3, "CartPole-v1")
    ]
    assert (point.cell.variant, point.variant, point.published) == ("wide", "default", False)
    assert "ppo_clip (clip_0.3)" not in {job.cell.label for job in plan.jobs}


def test_values_that_do_not_fit_the_rest_are_said_before_anything_runs(config):
    config.path.write_text(config.path.read_text() + CURVES.replace("epochs: [2, 4, 10]", "minibatches: [3, 4, 8]"))
    with pytest.raises(ConfigError, match=r"update_minibatches_3\) on CartPole-v1: update.minibatches: 3 does not"):
        make(load(config.path))


MEASURED = """\
studies:
  gradient_estimators: {tasks: [Pendulum-v1, cartpole_preferences], batches: 80}
"""


def measuring(config: Config, text: str = MEASURED) -> Config:
    task = "tasks:\n  cartpole_preferences: {budget_env_steps: 10_000}\n"
    config.path.write_text(TEXT.format(results=config.results).replace("tasks:\n", task) + text)
    return load(config.path)


def test_gradients_are_measured_where_the_tasks_of_the_study_begin(config):
    plan = make(measuring(config))
    first, second = plan.measurements
    assert [one.task for one in plan.measurements] == ["Pendulum-v1", "cartpole_preferences"]
    assert first.task_settings["gamma"] == 0.9
    assert plan.begun_from(first.task, first.fingerprint) == []
    [record] = plan.begun_from(second.task, second.fingerprint)
    assert record in [one.record for one in plan.artefacts]
    assert plan.analysis["gradients"] == {one.task: one.path.as_posix() for one in plan.measurements}
    assert plan.jobs == make(measuring(config, "")).jobs, "no run is trained for it"


def test_a_measurement_is_known_by_its_task_its_batches_and_its_code(config):
    before = make(measuring(config)).measurements
    more = make(measuring(config, MEASURED.replace("80", "88"))).measurements
    assert {one.path.parent for one in before} == {one.path.parent for one in more}
    assert not {one.path for one in before} & {one.path for one in more}
    [changed] = make(measuring(config, MEASURED.replace("cartpole_preferences", "CartPole-v1"))).measurements[1:]
    assert changed.fingerprint != before[1].fingerprint
    read = {Path(name) for name in before[0].code}
    assert {Path("rlbench", *place) for place in (("gradients", "slopes.py"), ("tasks", "pendulum.py"))} <= read
    assert not {path for path in read if path.parts[1] in ("report", "commands") or path.stem == "plan"}


ENDED = """\
studies:
  final_policies: {tasks: [CartPole-v1, enumerable], prompts: 8, samples: 2, episodes: 4}
"""


def ending(config: Config, text: str = ENDED) -> Plan:
    task = "tasks:\n  enumerable: {budget_tokens: 10_000}\n"
    config.path.write_text(TEXT.format(results=config.results).replace("tasks:\n", task) + text)
    return make(load(config.path))


def test_last_policies_are_measured_block_by_block_of_the_runs_that_there_are(config):
    plan = ending(config)
    asked = [job for job in plan.jobs if job.cell.task in ("CartPole-v1", "enumerable")]
    assert [one.run for one in plan.endings] == [job.path for job in asked]
    assert {one.cell.task: one.numbers for one in plan.endings} == {
        "CartPole-v1": {"episodes": 4},
        "enumerable": {"prompts": 8, "samples": 2},
    }
    assert plan.analysis["endings"] == sorted(one.path.as_posix() for one in plan.endings)
    [*began] = {tuple(plan.ended(*one.path.parent.parts[1:], one.block)[1:]) for one in plan.endings}
    assert sorted(began) == [(), tuple(one.record for one in plan.artefacts)]
    assert plan.jobs == ending(config, "").jobs, "no run is trained for it"


def test_who_acts_by_values_is_not_asked_how_far_from_the_first_policy_it_is(config):
    text = ENDED.replace("tasks: [CartPole-v1, enumerable]", "tasks: [CartPole-v1]")
    plan = make(
        dataclasses.replace(ending(config, text).config, methods=("reinforce", "dqn"), settings={}, variants={})
    )
    assert {job.cell.method for job in plan.jobs if job.cell.task == "CartPole-v1"} == {"reinforce", "dqn"}
    assert {one.cell.method for one in plan.endings} == {"reinforce"}


def test_the_seeds_are_all_that_a_run_file_holds(config):
    before = ending(config)
    train(before, before.endings[0].run)
    config.path.write_text(config.path.read_text().replace("seeds: [0-5]", "seeds: [0-1]"))
    [first, *_] = make(load(config.path)).endings
    assert (first.run, first.path, first.seeds) == (before.endings[0].run, before.endings[0].path, (0, 1, 2, 3))


def test_parameters_are_kept_until_the_last_policies_are_measured(config):
    plan = ending(config)
    kept = {job.path for job in plan.jobs if plan.keeps(job)}
    assert kept == {one.run for one in plan.endings}
    train(plan, plan.endings[0].path)
    assert {job.path for job in plan.jobs if plan.keeps(job)} == kept - {plan.endings[0].run}


def test_a_measurement_of_last_policies_is_known_by_its_runs_its_own_numbers_and_its_own_code(config):
    plan = ending(config)
    before = {one.run: one for one in plan.endings}
    more = {one.run: one for one in ending(config, ENDED.replace("prompts: 8", "prompts: 9")).endings}
    differ = {before[run].cell.task for run in before if before[run].path != more[run].path}
    assert differ == {"enumerable"}, "policies of control are asked no prompts"
    one = plan.endings[0]
    assert one.path_of("0" * 16) != one.path == one.path_of(one.cell.fingerprint)
    read = {one.cell.task: {Path(name) for name in one.code} for one in plan.endings}
    assert read["enumerable"] == {Path("rlbench", "endings", f"{name}.py") for name in ("last", "prompts")}
    assert Path("rlbench/endings/kl_initial.py") in read["CartPole-v1"]
    assert not any(read[one.cell.task] & {Path(name) for name in one.cell.code} for one in plan.endings)


REWARDS = """\
results: {results}
seeds: [0-1]
tasks:
  Acrobot-v1: {{budget_env_steps: 10_000}}
  tales: {{budget_tokens: 10_000{setting}}}
methods: [reinforce]
studies:
  reward_models:
    tasks: [tales]
    recording: {{prompts: [{prompts}], flipped: [0.25]}}
"""


def fitted(folder: Path, prompts: str = "600, 200", setting: str = "") -> Plan:
    path = folder / "rewards.yaml"
    path.write_text(REWARDS.format(results=folder / "results", prompts=prompts, setting=setting and f", {setting}"))
    return make(load(path))


def test_a_study_of_reward_models_has_every_size_and_noise_and_the_tasks_own(tmp_path):
    plan = fitted(tmp_path)
    told = [(p["prompts"], p["flipped"], p["comparisons"], p["published"]) for p in plan.analysis["reward_points"]]
    assert told == [
        (prompts, flipped, 2 * prompts, (prompts, flipped) == (5_000, 0.0))
        for flipped in (0.0, 0.25)
        for prompts in (200, 600, 5_000)
    ]
    [cell] = [cell for cell in plan.cells if cell.task == "tales"]
    [own] = [point for point in plan.reward_points if point.published]
    assert own.artefacts == cell.artefacts
    assert [(one.task, one.kind) for one in plan.artefacts].count(("tales", "model")) == 1
    assert len(plan.artefacts) == 1 + 2 * 6
    for point in plan.reward_points:
        reward = point.artefacts[-1]
        assert plan.ingredients("rewards", "tales", reward.fingerprint) == [one.record for one in point.artefacts[:-1]]


def test_a_study_of_reward_models_changes_no_run(tmp_path):
    plan = fitted(tmp_path)
    without = make(dataclasses.replace(plan.config, studies=Studies()))
    assert [cell.fingerprint for cell in plan.cells] == [cell.fingerprint for cell in without.cells]
    assert plan.jobs == without.jobs
    assert plan.analysis["digest"] != without.analysis["digest"]


def test_what_the_configuration_sets_of_a_task_holds_in_the_study_as_well(tmp_path):
    plan = fitted(tmp_path, setting="recording: {flipped: 0.1}, fitting: {answers: 4, rule: {minibatches: 50}}")
    assert {point.settings["recording"]["flipped"] for point in plan.reward_points} == {0.1, 0.25}
    assert {point.summary["comparisons"] for point in plan.reward_points} == {200, 600, 5_000}


def test_comparisons_that_cannot_be_divided_into_minibatches_are_no_study(tmp_path):
    with pytest.raises(ConfigError, match=r"studies\.reward_models: tales: fitting\.rule\.minibatches: 100"):
        fitted(tmp_path, prompts="210")
