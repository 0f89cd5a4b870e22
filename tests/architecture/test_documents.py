"""Every method says where it comes from, every test what it tests."""

import ast
import re

import pytest

from rlbench.core import catalog
from tests.architecture.tree import FILES, PACKAGE, ROOT, name, parsed

METHODS = sorted(path for path in (PACKAGE / "methods").glob("[a-z]*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
SOURCE = re.compile(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,}/\S+|https://\S+")


@pytest.mark.parametrize("path", METHODS, ids=name)
def test_a_method_cites_its_paper_in_its_docstring_and_in_its_decorator(path):
    docstring = ast.get_docstring(parsed(path)) or ""
    reference = catalog.methods()[path.stem].reference
    assert SOURCE.fullmatch(reference)
    assert reference in docstring


@pytest.mark.parametrize("path", [p for p in FILES if p.name != "__init__.py"], ids=name)
def test_a_file_begins_by_saying_what_it_is(path):
    assert ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_a_test_tests_the_package(path):
    # It imports it, itself or through a helper beside it, or runs it as a program.
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^\s*(from|import) (rlbench|tests)\b|\"-m\", \"(rlbench|snakemake)\"", text, re.MULTILINE)


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_a_tests_name_is_a_sentence(path):
    tests = [n.name for n in ast.walk(parsed(path)) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    assert tests, "a file of tests without one"
    assert [test for test in tests if test.count("_") < 2] == []
