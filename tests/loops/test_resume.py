"""A run that is killed and started again ends with the same bytes as one that was not."""

from collections.abc import Callable

import pytest

from rlbench.loops.train import Progress, Training
from tests.training import CASES, RUN, runs, small, training, written


class Killed(Exception):
    pass


def run_with_kills(begin: Callable[[], Training]) -> Training:
    """Save after each iteration, throw the program away and go on: every checkpoint is one to come back to."""
    while True:
        run = begin()

        def die(progress: Progress, run=run) -> None:
            run._save()
            raise Killed

        try:
            run.run(die)
        except Killed:
            continue
        return run


@pytest.mark.parametrize(("method", "case"), runs())
def test_a_killed_run_ends_with_the_same_bytes(tmp_path, finished, method, case):
    whole = finished(method, case)
    pieces = run_with_kills(lambda: training(tmp_path, small(method), CASES[case](), **RUN))
    assert pieces._sittings == whole.run._iteration + 1 > 2
    assert written(pieces) == whole.written


def test_a_checkpoint_cut_short_is_never_seen(tmp_path, monkeypatch):
    run = training(tmp_path, small("a2c"), CASES["batched"](), **RUN)
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
