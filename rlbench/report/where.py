"""Name some of several tasks in as few words as say it."""

from collections.abc import Sequence


def where(some: Sequence[str], every: Sequence[str]) -> str:
    """`all`, `all but a` where fewer are left out than named, or the names themselves."""
    left_out = [name for name in every if name not in some]
    if not left_out:
        return "all"
    return f"all but {', '.join(left_out)}" if len(left_out) < len(some) else ", ".join(some)
