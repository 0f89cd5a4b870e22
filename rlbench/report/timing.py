"""Can the seconds of one cell be compared with those of another? What speaks against it, from the records.

Seconds compare methods only where these took turns on one idle machine: otherwise the machine, what else ran on it and
the hour are compared as well.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rlbench.report.machine import machine
from rlbench.report.runs import Block

NOTHING_AGAINST = "none"


def cautions(own: Sequence[Block], blocks: Sequence[Block]) -> str:
    """In a few words, for the blocks of one cell among all `blocks` of a study; NOTHING_AGAINST where there is none."""
    others = [block for block in blocks if block.cell is not own[0].cell]
    kin = [block for block in others if block.cell.task == own[0].cell.task]
    usual = Counter(machine(block.measured) for block in [*own, *kin]).most_common(1)[0][0]
    found = {
        "another machine": any(machine(block.measured) != usual for block in own),
        "resumed": any(block.measured["sittings"] > 1 for block in own),
        "beside other runs": any(_overlap(one, other) for one in own for other in others),
        "not interleaved": not any(_between(own, other) for other in kin),
    }
    return ", ".join(words for words, is_so in found.items() if is_so) or NOTHING_AGAINST


def _overlap(first: Block, second: Block) -> bool:
    """Whether both ran at the same time on machines of the same name."""
    (start, end), (other_start, other_end) = _span(first), _span(second)
    return machine(first.measured) == machine(second.measured) and start < other_end and other_start < end


def _between(own: Sequence[Block], other: Block) -> bool:
    """Whether the other one ran between two of a cell's own blocks."""
    start, end = _span(other)
    return any(_span(block)[1] <= start for block in own) and any(_span(block)[0] >= end for block in own)


def _span(block: Block) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(block.measured["started"]), datetime.fromisoformat(block.measured["ended"])
