"""What speaks against comparing seconds, from the times and machines of records."""

import pytest

from rlbench.report.plan import Cell
from rlbench.report.runs import Block
from rlbench.report.timing import NOTHING_AGAINST, cautions

HARDWARE = {"cpu": "A", "cores": 2, "gpu": None, "memory_gb": 8}
CELLS = {name: Cell("Task", name, "default", "0" * 16, (0,), ("file",)) for name in ("a", "b")}


def block(method, start, end, cpu="A", sittings=1):
    """A block that ran between two minutes of an hour."""
    measured = {"started": f"2026-01-02T03:{start:02}:00+00:00", "ended": f"2026-01-02T03:{end:02}:00+00:00"}
    measured |= {"sittings": sittings, "hardware": HARDWARE | {"cpu": cpu}}
    return Block(CELLS[method], "file", (0,), {}, {}, {}, measured, {})


def said(*blocks):
    return cautions([one for one in blocks if one.cell.method == "a"], blocks)


def test_taking_turns_on_one_machine_is_beyond_reproach():
    assert said(block("a", 0, 5), block("b", 5, 10), block("a", 10, 15)) == NOTHING_AGAINST


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([block("a", 0, 5), block("b", 5, 10)], "not interleaved"),
        ([block("a", 0, 5), block("a", 5, 10), block("b", 10, 15)], "not interleaved"),
        ([block("a", 0, 6), block("b", 5, 10), block("a", 10, 15)], "beside other runs, not interleaved"),
        ([block("a", 0, 5, sittings=2), block("b", 5, 10), block("a", 10, 15)], "resumed"),
        (
            [block("a", 0, 5, cpu="B"), block("b", 5, 10), block("b", 10, 12), block("a", 12, 15)],
            "another machine",
        ),
        (
            [block("a", 0, 6, cpu="A"), block("b", 5, 10, cpu="B"), block("b", 2, 3, cpu="B")],
            "another machine, not interleaved",
        ),
    ],
    ids=["one block", "one after the other", "at the same time", "resumed", "half elsewhere", "elsewhere"],
)
def test_each_fault_has_its_words(blocks, words):
    assert said(*blocks) == words
