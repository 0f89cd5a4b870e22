"""What may be imported where: planning is light, statistics and reports know no torch, packages hold no code."""

import ast
import json
import subprocess
import sys

import pytest

from tests.architecture.tree import FILES, PACKAGE, ROOT, name, parsed

HEAVY = ("torch", "gymnasium", "pandas", "matplotlib", "scipy", "transformers", "snakemake")
CODE_ALLOWED = {"rlbench/__init__.py", "rlbench/envs/__init__.py"}


def modules_after(*imports: str) -> set[str]:
    """Top-level names of all that is loaded in a fresh interpreter after these imports."""
    program = f"import {', '.join(imports)}, sys, json; print(json.dumps([m.split('.')[0] for m in sys.modules]))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def modules_of(folder: str) -> list[str]:
    paths = sorted((PACKAGE / folder).rglob("*.py"))
    return [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in paths]


def test_planning_loads_nothing_heavy():
    loaded = modules_after("rlbench.core.plan", "rlbench.core.config")
    assert loaded.isdisjoint(HEAVY)
    assert "yaml" in loaded


def test_statistics_and_reports_know_no_torch():
    loaded = modules_after(*modules_of("stats"), *modules_of("report"))
    assert loaded.isdisjoint({"torch", "gymnasium", "transformers"})
    assert {"rlbench", "numpy"} <= loaded


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py"], ids=name)
def test_a_package_is_a_folder_and_no_code(path):
    body = parsed(path).body
    code = [node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    if name(path) not in CODE_ALLOWED:
        assert [ast.unparse(node) for node in code] == []


def test_the_version_stands_in_the_package_and_the_environments_register_themselves():
    [version] = [n for n in parsed(PACKAGE / "__init__.py").body if isinstance(n, ast.Assign)]
    assert version.targets[0].id == "__version__"
    assert "gymnasium.register" in (PACKAGE / "envs" / "__init__.py").read_text()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_are_absolute_and_name_what_they_bring(path):
    # The fingerprint finds a file's parts by their import statements: relative and star imports would hide some.
    found = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
    assert [ast.unparse(node) for node in found if node.level or node.names[0].name == "*"] == []
    assert [ast.unparse(node) for node in found if node.module == "__future__"] == []


def layer_of(module: str) -> str:
    return module.split(".")[1] if module.startswith("rlbench.") else ""


ALLOWED = {
    "algo": {"algo"},
    "distributions": {"distributions", "algo"},
    "methods": {"algo", "core", "updates"},
    "stats": {"stats", "core"},
}


@pytest.mark.parametrize("folder", ALLOWED)
def test_lower_layers_do_not_know_higher_ones(folder):
    for path in (PACKAGE / folder).rglob("*.py"):
        modules = [n.module or "" for n in ast.walk(parsed(path)) if isinstance(n, ast.ImportFrom)]
        modules += [alias.name for n in ast.walk(parsed(path)) if isinstance(n, ast.Import) for alias in n.names]
        assert {layer for m in modules if (layer := layer_of(m))} <= ALLOWED[folder], name(path)
