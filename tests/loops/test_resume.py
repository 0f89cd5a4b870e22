"""A run that is killed and started again ends with the same bytes as one that was not."""

import pytest

from rlbench.control.observation import Standardised
from rlbench.core import catalog
from rlbench.loops.train import Progress
from tests.training import finish, small, task, training

METHODS = sorted(catalog.methods())


class Killed(Exception):
    pass


def run_with_kills(tmp_path, every: int, **arguments):
    """Save after each iteration, and throw the program away after every so many of them."""
    while True:
        run = training(tmp_path, **arguments)
        left = every

        def maybe_die(progress: Progress, run=run) -> None:
            nonlocal left
            run._save()
            left -= 1
            if not left:
                raise Killed

        try:
            run.run(maybe_die)
        except Killed:
            continue
        return run


def written(run, path) -> bytes:
    run.write(path)
    return path.read_bytes()


CASES = {
    "batched": lambda: task("cartpole"),
    "gymnasium": lambda: task("cartpole", dynamics=None),
    "standardised": lambda: task("acrobot", observation=Standardised()),
    "continuous": lambda: task("pendulum", dynamics=None),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", METHODS)
def test_a_killed_run_ends_with_the_same_bytes(tmp_path, method, case):
    (tmp_path / "a").mkdir()
    chosen, on = small(method), CASES[case]()
    whole_episodes = not hasattr(chosen.rollout, "steps")
    budget = 4500 if whole_episodes and on.env_id != "CartPole-v1" else 400
    arguments = {"method": chosen, "on": on, "seeds": (0, 1), "budget": budget}
    whole = finish(training(tmp_path / "a", **arguments))
    pieces = run_with_kills(tmp_path, 2 if budget == 400 else 1, **arguments)
    assert pieces._sittings > 1
    assert written(whole, tmp_path / "whole.parquet") == written(pieces, tmp_path / "pieces.parquet")


def test_a_checkpoint_cut_short_is_never_seen(tmp_path, monkeypatch):
    run = training(tmp_path, small("a2c"), task())
    run.run(lambda progress: run._save())
    good = run._spec.checkpoint.read_bytes()

    def fills_the_disk(state, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("torch.save", fills_the_disk)
    with pytest.raises(OSError, match="No space"):
        run._save()
    assert run._spec.checkpoint.read_bytes() == good
    assert [p.name for p in tmp_path.iterdir()] == [run._spec.checkpoint.name]
