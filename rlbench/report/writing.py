"""Write a result whole or not at all."""

from pathlib import Path

from rlbench.core.atomic import replacing


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` into `path`, making its folder if need be; the old file stays where writing fails (OSError)."""
    with replacing(path) as part:
        part.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """The same in UTF-8, with the line ends as they are in `content` on every system."""
    write_bytes(path, content.encode())
