"""Files appear whole or not at all."""

from pathlib import Path

import pytest

from rlbench.report.manifest import HALF_WRITTEN
from rlbench.report.writing import write_bytes, write_text


def test_makes_the_folder_and_keeps_line_ends(tmp_path):
    write_text(tmp_path / "a" / "b.txt", "one\ntwo \N{EN DASH}\n")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "one\ntwo \N{EN DASH}\n".encode()


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_draft_is_called_what_the_manifest_looks_for(tmp_path, monkeypatch):
    names = []
    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, content: names.append(path.name) or write(path, content))
    write_bytes(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names[0] != "file"
    assert names[0].endswith(HALF_WRITTEN)
