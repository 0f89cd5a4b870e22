"""What a file leads to, and what in it counts as code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rlbench.core import source
from rlbench.core.source import PACKAGE, closure, definitions, imported_names, module_path

BEFORE = '''"""A module."""

import math

from rlbench.core.ranges import Count  # a reason

LIMIT = 3
"""What the limit is."""


class Thing:
    """A thing."""

    size: Count = 1
    """How large."""

    def area(self):
        """In square units."""
        return self.size**2


def double(x):
    """Twice x."""
    return 2 * x
'''


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Writes a text and reads its definitions; files of other names, as trees are cached by path."""
    written = []

    def define(text: str) -> dict[str, str]:
        written.append(tmp_path / f"file{len(written)}.py")
        written[-1].write_text(text)
        return definitions(written[-1])

    return define


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', '"""Another text."""'),
        ('"""A module."""\n', ""),
        ('"""What the limit is."""', '"""What it is not."""'),
        ('    """A thing."""\n\n', ""),
        ('"""How large."""', '"""How\n    very large."""'),
        ('"""In square units."""', '"""In acres."""'),
        ('    """Twice x."""\n', ""),
        ("  # a reason", ""),
        ("return 2 * x", "return (\n        2 * x\n    )  # now on lines of its own"),
        ("\n\n\ndef double", "\n\n\n# A heading\ndef double"),
    ],
)
def test_comments_docstrings_and_layout_are_no_code(file, old, new):
    assert old in BEFORE
    assert file(BEFORE.replace(old, new)) == file(BEFORE)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("return 2 * x", "return 3 * x", {"double"}),
        ("def double(x)", "def double(y)", {"double"}),
        ("LIMIT = 3", "LIMIT = 4", {"LIMIT"}),
        ("Count = 1", "Count = 2", {"Thing"}),
        ("return self.size**2", "return self.size**3", {"Thing"}),
        ("import math\n", "", {"module level"}),
        ("def double", "def twice", {"double", "twice"}),
        ("class Thing:", "@final\nclass Thing:", {"Thing"}),
        ("LIMIT = 3", 'LIMIT = "three"', {"LIMIT"}),
        ("    return 2 * x", '    return "2 * x"', {"double"}),
    ],
)
def test_an_edit_alters_exactly_its_own_definition(file, old, new, changed):
    assert old in BEFORE
    before, after = file(BEFORE), file(BEFORE.replace(old, new))
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == changed


def test_the_text_is_the_same_in_every_version_of_python(file):
    one = "Name(id='x', ctx=Load())"
    two = f"BinOp(left=Constant(value=2), op=Mult(), right={one})"
    function = f"FunctionDef(name='double', args=arguments(args=[arg(arg='x')]), body=[Return(value={two})])"
    assert file(BEFORE)["double"] == function


def test_a_name_that_is_defined_twice_counts_with_both(file):
    text = "def f():\n    return 1\n\n\ndef f():\n    return {}\n"
    assert file(text.format(2)) != file(text.format(3))
    assert file(text.format(2)) != file("def f():\n    return 2\n")


def test_the_closure_of_a_method_is_what_it_imports_and_what_that_imports():
    found = {path.relative_to(PACKAGE).as_posix() for path in closure(PACKAGE / "methods" / "a2c.py")}
    assert found >= {"methods/a2c.py", "algo/gae.py", "algo/per_seed.py", "updates/minibatch_adam.py", "core/noise.py"}
    assert not found & {"algo/clipped_ratio.py", "algo/reward_to_go.py", "methods/reinforce.py"}
    other = {path.relative_to(PACKAGE).as_posix() for path in closure(PACKAGE / "methods" / "reinforce.py")}
    assert "algo/reward_to_go.py" in other
    assert not other & {"algo/gae.py", "algo/group_relative.py"}


def test_names_are_traced_to_the_files_that_define_them():
    names = imported_names(PACKAGE / "methods" / "a2c.py")
    assert names["gae"] == (PACKAGE / "algo" / "gae.py", "gae")
    assert names["per_seed"] == (PACKAGE / "algo" / "per_seed.py", "")
    assert "dataclass" not in names


def test_modules_packages_and_strangers():
    assert module_path("rlbench.core.source") == Path(source.__file__).resolve()
    assert module_path("rlbench.envs") == PACKAGE / "envs" / "__init__.py"
    assert module_path("rlbench") == PACKAGE / "__init__.py"
    assert module_path("rlbench.nothing") is None
    assert module_path("core.source") is None


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of the same name with files that import each other in every way."""
    files = {
        "__init__.py": "",
        "loop.py": "import rlbench.direct\nfrom rlbench.folder import inner as renamed\n",
        "direct.py": "def late():\n    from rlbench.lazy import x\n    return x\n",
        "lazy.py": "import json\nfrom rlbench.loop import y\nx = 1\n",
        "unused.py": "",
        "folder/__init__.py": "from rlbench import unused\n",
        "folder/inner.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "rlbench" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(source, "PACKAGE", tmp_path / "rlbench")
    return tmp_path / "rlbench"


def test_imports_of_every_form_are_followed_and_circles_end(package):
    names = {path.relative_to(package).as_posix() for path in closure(package / "loop.py")}
    assert names == {"loop.py", "direct.py", "lazy.py", "folder/inner.py"}
