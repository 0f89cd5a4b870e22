"""A preference task opened: the same for every method, each seed by itself, and found again after a kill."""

import numpy as np
import pytest
import torch

from rlbench.core import catalog
from rlbench.core.noise import Noise
from rlbench.core.rollout import Comparisons, Episodes
from rlbench.core.schema import Metric, Split
from rlbench.loops.train import Progress
from rlbench.preferences.reference import read_reference, write_reference
from tests.preferences.conftest import STEPS, begun
from tests.training import finish, rows, shapes_checked, small, training

READ = Comparisons(prompts=8)
METHODS = sorted(
    name for name, card in catalog.methods().items() if card.needs <= catalog.tasks()["cartpole_preferences"].gives
)
RUN = {"seeds": (4, 0, 7), "budget": 250}


@pytest.fixture(autouse=True)
def unchecked():
    with shapes_checked(False):
        yield


def same(one, other) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def everything(session, position: int) -> list[np.ndarray]:
    """All that was prepared for one seed."""
    prepared, where = session._prepared, [position]
    c = prepared.comparisons.of(where)
    quality = [values[where] for values in session.prepared().values()]
    labelled = session.spent(np.zeros(3, np.int64))[Metric.LABELLED_STEPS]
    return [c.inputs, c.action, c.mask, prepared.reward.of(where).parameters, *quality, labelled[where]]


def test_every_seed_begins_as_the_reference(either):
    session = either.open(Noise(range(3)))
    theta = read_reference(either.file, session.actor.layout.size)
    assert all(torch.equal(one, theta) for one in session.start())


def test_every_method_finds_the_same_comparisons_and_rewards(either):
    noise = Noise((4, 0))
    opened = [
        either.open(noise, rollout, needs=frozenset(needs))
        for rollout, needs in ((STEPS, ()), (READ, ("preferences",)), (Episodes(episodes=4, group=2), ("reference",)))
    ]
    for other in opened[1:]:
        assert all(same(everything(opened[0], p), everything(other, p)) for p in range(2))


def test_rankings_of_more_answers_leave_the_rewards_as_they_are(cartpole):
    pairs, fours = (cartpole.open(Noise((4, 0)), Comparisons(prompts=8, answers=k)) for k in (2, 4))
    assert fours._prepared.comparisons.answers == 4
    assert fours._prepared.comparisons.prompts * 4 == cartpole.recording.segments
    assert torch.equal(pairs._prepared.reward.parameters, fours._prepared.reward.parameters)


def test_what_is_prepared_for_a_seed_does_not_depend_on_its_neighbours(either):
    block = either.open(Noise((4, 0, 7)), READ)
    for seeds in ((0,), (0, 9), (3, 5, 0)):
        part = either.open(Noise(seeds), READ)
        assert same(everything(block, 1), everything(part, seeds.index(0)))
    assert not same(everything(block, 1), everything(block, 0))


def test_what_is_collected_and_measured_does_not_depend_on_neighbours(either):
    block, alone = either.open(Noise((4, 0, 7))), either.open(Noise((0,)))
    theta = block.start() + 0.1
    one, other = block.collect(theta, 0, [0, 1, 2]).decisions, alone.collect(theta[1:2], 0, [0]).decisions
    assert torch.equal(one.reward[:, 1], other.reward[:, 0])
    one, other = block.evaluate(theta, 0, [0, 1, 2]), alone.evaluate(theta[1:2], 0, [0])
    for split, metrics in other.items():
        for metric, values in metrics.items():
            assert values[0] == one[split][metric][1], metric


def test_labelled_steps_are_those_of_the_segments(cartpole):
    session = cartpole.open(Noise((4, 0)), READ)
    steps = np.array([7, 8])
    spent = session.spent(steps)
    np.testing.assert_array_equal(spent[Metric.ENV_STEPS], steps)
    labelled = spent[Metric.LABELLED_STEPS]
    np.testing.assert_array_equal(labelled, session._prepared.comparisons.mask.sum((0, 2)))
    assert (labelled > cartpole.recording.segments).all()
    assert not cartpole.control.open(Noise((4, 0)), STEPS, 2).spent(steps)[Metric.LABELLED_STEPS].any()


def test_reading_takes_no_steps_and_uses_up_what_is_read(cartpole):
    session = cartpole.open(Noise((4, 0)), READ)
    experience = session.collect(session.start(), 0, [1])
    assert experience.decisions.mask.shape[1:] == (1, 16)
    assert experience.used.tolist() == [experience.decisions.mask.sum()]
    assert all(len(one) == 0 for one in experience.episodes)
    both = session.collect(session.start(), 0, [0, 1]).decisions
    assert torch.equal(both.inputs[:, 1], experience.decisions.inputs[:, 0])


@pytest.mark.parametrize("name", ["cartpole", "pendulum"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_runs_and_the_same_is_measured_of_each(tmp_path, method, name):
    run = finish(training(tmp_path, small(method), begun(name, tmp_path), **RUN))
    run.write(tmp_path / "run.parquet")
    for position in range(3):
        for split in (Split.STOCHASTIC, Split.DETERMINISTIC):
            for metric in (Metric.RETURN_MEAN, Metric.PROXY_RETURN):
                assert len(rows(run, split, metric, position)[1]) >= 2
        steps, kl = rows(run, Split.STOCHASTIC, Metric.KL_REFERENCE, position)
        assert steps[0] == 0
        assert abs(kl[0]) < 1e-5 < kl[-1]
        for metric in (Metric.REWARD_MODEL_ACCURACY, Metric.REWARD_MODEL_CORRELATION):
            assert rows(run, Split.PREPARATION, metric, position)[0].tolist() == [0]


@pytest.mark.parametrize("method", ["dpo", "dpo_pl", "grpo", "ppo_clip"])
def test_a_seeds_run_does_not_depend_on_its_neighbours(tmp_path, method):
    on = begun("cartpole", tmp_path)
    block, alone = (
        finish(training(tmp_path, small(method), on, **RUN | {"seeds": seeds})) for seeds in ((4, 0, 7), (0,))
    )
    assert torch.equal(block.learner.theta[1], alone.learner.theta[0])
    mine, yours = block._recorder.columns(), alone._recorder.columns()
    of_it = mine["position"] == 1
    for name in ("step", "split", "metric", "value"):
        np.testing.assert_array_equal(mine[name][of_it], yours[name])


class Killed(Exception):
    pass


@pytest.mark.parametrize("method", ["dpo", "grpo", "ppo_clip"])
def test_a_killed_run_ends_with_the_same_bytes(tmp_path, method):
    on, written = begun("cartpole", tmp_path), []
    (tmp_path / "whole").mkdir()
    finish(training(tmp_path / "whole", small(method), on, **RUN)).write(tmp_path / "whole.parquet")

    def die(progress: Progress) -> None:
        run._save()
        raise Killed

    while not written:
        run = training(tmp_path, small(method), on, **RUN)
        try:
            run.run(die)
        except Killed:
            continue
        run.write(tmp_path / "pieces.parquet")
        written.append(run)
    assert written[0]._sittings > 2
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "pieces.parquet").read_bytes()


def test_a_reference_of_another_size_is_refused(cartpole):
    write_reference(cartpole.file, torch.zeros(3))
    with pytest.raises(ValueError, match="holds 3 parameters; a policy of this task has"):
        cartpole.open(Noise((0,)))


def test_a_task_without_its_reference_is_refused(cartpole):
    from rlbench.preferences.task import PreferenceTask

    with pytest.raises(TypeError, match="begins from a reference"):
        PreferenceTask.open(cartpole, Noise((0,)), STEPS, 2)


def test_segments_that_do_not_make_whole_comparisons_are_refused(cartpole):
    with pytest.raises(ValueError, match="not a multiple of answers: 3"):
        cartpole.open(Noise((0,)), Comparisons(prompts=8, answers=3))
