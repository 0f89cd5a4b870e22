"""What is given from outside: known by what is in it, and told in words where it cannot be had."""

import dataclasses
import urllib.error
from pathlib import Path

import pytest

from rlbench.core import catalog, hub
from rlbench.core.config import Config, ConfigError, load
from rlbench.core.hub import MODELS, Pinned
from rlbench.core.plan import Plan, make
from rlbench.core.supplies import Unsupplied, files, identified, missing, placeless, split_files
from rlbench.core.validation import fits

HUB = "owner/name@" + "0123456789" * 4
CONFIG = """\
results: {results}
seeds: [0]
tasks:
  CartPole-v1: {{budget_env_steps: 10_000}}
  hh_rlhf: {{budget_tokens: 1_000, data: {{folder: "{data}", split: test, held_out: ""}}, model: {{folder: "{model}"}}}}
methods: [ppo_clip, dpo]
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    """An empty cache, and a hub that may not be asked."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    hub._refused.cache_clear()
    yield
    hub._refused.cache_clear()


def folders(path: Path) -> tuple[Path, Path]:
    """A data set and a model, as far as planning looks."""
    data, model = path / "data", path / "model"
    data.mkdir(parents=True)
    model.mkdir()
    (data / "pairs.test.jsonl").write_text("{}\n")
    (model / "model.safetensors").write_bytes(b"numbers")
    (model / "config.json").write_text("{}")
    return data, model


def asked(path: Path, data: Path | str, model: Path | str) -> Config:
    path.mkdir(exist_ok=True)
    (path / "asked.yaml").write_text(CONFIG.format(results=path / "results", data=data, model=model))
    return load(path / "asked.yaml")


def identities(plan: Plan) -> dict[str, str]:
    """Of each cell on data and of each artefact."""
    cells = {cell.method: cell.fingerprint for cell in plan.cells if cell.task == "hh_rlhf"}
    return cells | {one.kind: one.fingerprint for one in plan.artefacts}


def test_the_same_content_is_the_same_run_wherever_it_lies(tmp_path):
    first = make(asked(tmp_path / "a", *folders(tmp_path / "one")))
    second = make(asked(tmp_path / "a", *folders(tmp_path / "two")))
    assert identities(first) == identities(second)
    assert identities(first).keys() == {"ppo_clip", "dpo", "data", "model", "comparisons", "reward"}


@pytest.mark.parametrize("changed", ["data/pairs.test.jsonl", "model/model.safetensors", "model/config.json"])
def test_another_byte_is_another_run(tmp_path, changed):
    places = folders(tmp_path / "one")
    before = identities(make(asked(tmp_path / "a", *places)))
    (tmp_path / "one" / changed).write_text("other")
    after = identities(make(asked(tmp_path / "a", *places)))
    assert all(after[name] != before[name] for name in before)


def test_a_file_that_is_not_read_changes_nothing(tmp_path):
    places = folders(tmp_path / "one")
    before = identities(make(asked(tmp_path / "a", *places)))
    (tmp_path / "one" / "data" / "pairs.train.jsonl").write_text("{}")
    (tmp_path / "one" / "model" / "pytorch_model.bin").write_text("{}")
    assert identities(make(asked(tmp_path / "a", *places))) == before


def test_what_the_hub_cannot_supply_is_a_gap_with_its_reason_and_the_rest_is_planned(tmp_path):
    plan = make(asked(tmp_path / "a", "", folders(tmp_path / "one")[1]))
    assert {(gap.task, gap.method) for gap in plan.gaps} == {
        ("hh_rlhf", "ppo_clip"),
        ("hh_rlhf", "dpo"),
        ("CartPole-v1", "dpo"),
    }
    [reason] = {gap.reason for gap in plan.gaps if gap.task == "hh_rlhf"}
    assert reason == "Anthropic/hh-rlhf is not on this machine, and HF_HUB_OFFLINE forbids to fetch it"
    assert {cell.task for cell in plan.cells} == {"CartPole-v1"}
    assert reason in {gap["reason"] for gap in plan.analysis["gaps"]}


def test_what_was_made_of_a_hubs_data_is_not_asked_for_again(tmp_path, monkeypatch):
    config = asked(tmp_path / "a", "", folders(tmp_path / "one")[1])
    monkeypatch.setattr(Pinned, "absent", lambda pinned: None)
    for one in make(config).artefacts:
        (config.results / one.record).parent.mkdir(parents=True, exist_ok=True)
        (config.results / one.record).touch()
    monkeypatch.undo()
    assert [gap for gap in make(config).gaps if gap.task == "hh_rlhf"] == []


def test_a_folder_that_is_not_there_is_a_mistake_in_the_configuration(tmp_path):
    data, model = folders(tmp_path / "one")
    with pytest.raises(ConfigError) as raised:
        make(asked(tmp_path / "a", tmp_path / "nowhere", tmp_path / "neither"))
    assert str(raised.value).count("no such folder") == 2
    (data / "pairs.test.jsonl").rename(data / "pairs.train.jsonl")
    (model / "model.safetensors").rename(model / "model.bin")
    with pytest.raises(ConfigError) as raised:
        make(asked(tmp_path / "a", data, model))
    lines = str(raised.value).splitlines()
    assert any("no file of data has 'test' in its name; there is pairs.train.jsonl" in line for line in lines)
    assert any("no weights as safetensors; save_pretrained of transformers writes them" in line for line in lines)


def test_what_the_hubs_library_has_fetched_is_there(tmp_path):
    pinned = Pinned.of("datasets", "openai/gsm8k@" + "a" * 40)
    assert pinned.absent()
    (tmp_path / "cache" / "datasets--openai--gsm8k" / "snapshots" / ("a" * 40)).mkdir(parents=True)
    assert pinned.absent() is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, None),
        (urllib.error.URLError("no route"), "a/b is not on this machine, and https://hub.test cannot be reached"),
        (TimeoutError(), "a/b is not on this machine, and https://hub.test cannot be reached"),
        (404, f"https://hub.test has no a/b@{'a' * 40} that may be read"),
        (503, None),
    ],
)
def test_the_hub_is_asked_once_for_what_is_not_here(monkeypatch, answer, reason):
    calls = []

    class Reply:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

    def urlopen(request, timeout):
        calls.append(request.full_url)
        if isinstance(answer, int):
            raise urllib.error.HTTPError(request.full_url, answer, "", None, None)  # pyright: ignore
        if answer is not None:
            raise answer
        return Reply()

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.test/")
    monkeypatch.setattr(hub, "urlopen", urlopen)
    pinned = Pinned.of("models", f"a/b@{'a' * 40}")
    assert [pinned.absent(), pinned.absent()] == [reason, reason]
    assert calls == [f"https://hub.test/api/models/a/b/revision/{'a' * 40}"]


def test_known_models_are_pinned():
    for name, text in MODELS.items():
        assert fits(catalog.RANGES["ModelOnHub"], name, ()) == fits(catalog.RANGES["ModelOnHub"], text, ()) == []
        assert str(Pinned.of("models", name)) == text
    assert fits(catalog.RANGES["ModelOnHub"], "openai-community/gpt2", ())
    assert fits(catalog.RANGES["DataOnHub"], "openai/gsm8k@main", ())


def test_settings_without_a_supply_stay_what_they_are():
    settings = {"gamma": 1.0, "update": {"lr": 0.1, "folder": "not a place: it has no hub beside it"}}
    assert placeless(settings) == identified(settings) == settings
    assert list(missing(settings)) == []


def test_a_supply_is_known_by_its_content_and_not_by_its_place(tmp_path):
    data, _ = folders(tmp_path / "one")
    given = {"hub": HUB, "folder": "", "split": "test", "held_out": ""}
    assert placeless({"data": given}) == {"data": {"split": "test", "held_out": ""}}
    assert identified({"data": given})["data"]["content"] == HUB
    local = identified({"data": given | {"folder": str(data)}})
    assert local["data"].keys() == {"split", "held_out", "content"}
    assert len(local["data"]["content"]) == 64


def test_a_split_is_a_word_of_a_files_name(tmp_path):
    for name in ("harmless.test.jsonl.gz", "testimony.jsonl", "a/train-00000-of-00002.parquet", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in split_files(tmp_path, "test")] == ["harmless.test.jsonl.gz"]
    assert [path.name for path in split_files(tmp_path, "train")] == ["train-00000-of-00002.parquet"]
    with pytest.raises(Unsupplied, match=r"there is train-00000-of-00002\.parquet, harmless"):
        split_files(tmp_path, "README")
    given = {"hub": HUB, "folder": str(tmp_path), "split": "train", "held_out": "test"}
    assert len(files(given)) == 2


def test_every_task_on_data_names_its_supplies_with_a_revision():
    for card in catalog.tasks().values():
        if "data" in card.begins_from:
            settings = catalog.defaults(card.settings)
            assert [settings[name]["folder"] for name in ("data", "model")] == ["", ""]
            assert all(len(Pinned.of("datasets", settings[name]["hub"]).revision) == 40 for name in ("data", "model"))


def test_a_plan_with_nothing_to_run_says_why(tmp_path):
    from rlbench.commands.results import NotPossible, make_results

    config = asked(tmp_path / "a", "", folders(tmp_path / "one")[1])
    plan = make(dataclasses.replace(config, tasks={"hh_rlhf": config.tasks["hh_rlhf"]}))
    with pytest.raises(NotPossible, match="nothing can be run: Anthropic/hh-rlhf is not on this machine"):
        make_results(plan, "1")
