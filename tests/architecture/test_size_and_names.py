"""Files are short, functions fit on a screen, and no file is a drawer for odds and ends."""

import pytest

from tests.architecture.tree import FILES, PACKAGE, functions, name, parsed

DRAWERS = {"utils", "util", "common", "helpers", "helper", "base", "misc", "tools", "shared"}
each_file = pytest.mark.parametrize("path", FILES, ids=name)


@each_file
def test_a_file_has_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@each_file
def test_a_function_has_at_most_50_lines(path):
    too_long = [f"{f.name}: {f.end_lineno - f.lineno + 1}" for f in functions(parsed(path))]
    assert [one for one in too_long if int(one.split(": ")[1]) > 50] == []


@each_file
def test_a_files_name_says_what_is_inside(path):
    assert not DRAWERS & {*path.relative_to(PACKAGE).with_suffix("").parts}


def test_there_are_files_to_look_at():
    assert len(FILES) > 40
