"""The command that an installation brings is the command line."""

import subprocess
import sys
import tomllib

from tests.architecture.tree import ROOT

SAID = "import sys; from {module} import {function}; sys.argv = ['rlbench', *sys.argv[1:]]; sys.exit({function}())"


def test_the_installed_command_is_the_module_run_as_a_program():
    with (ROOT / "pyproject.toml").open("rb") as file:
        module, function = tomllib.load(file)["project"]["scripts"]["rlbench"].split(":")
    installed = said("-c", SAID.format(module=module, function=function), "plan", "--help")
    assert "Show the matrix of methods and tasks" in installed
    assert installed.split("Options")[1] == said("-m", "rlbench", "plan", "--help").split("Options")[1]


def said(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
