"""The command line. Each command is a file in `commands/`, imported when it is asked for."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rlbench.core.config import ConfigError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A reproducible benchmark of policy-gradient methods, from REINFORCE to GRPO.",
)
BAD_INPUT = 2
ConfigOption = Annotated[Path, typer.Option("--config", help="what to run")]
CONFIG = Path("config.yaml")


def stop(message: object, code: int = BAD_INPUT) -> typer.Exit:
    """Say what is wrong, and an exception that ends the program with this code."""
    typer.echo(str(message), err=True)
    return typer.Exit(code)


def planned(config: Path):
    """The plan of a configuration file, or the end of the program with all that is wrong in it."""
    from rlbench.core import config as configuration
    from rlbench.core import plan

    try:
        return plan.make(configuration.load(config))
    except ConfigError as error:
        raise stop(error) from None


@app.command()
def results(config: ConfigOption = CONFIG, cores: Annotated[str, typer.Option(help="a number, or all")] = "all"):
    """Train what is missing, compare, and write tables, figures and the report."""
    from rlbench.commands.results import NotPossible, make_results

    try:
        raise typer.Exit(make_results(planned(config), cores))
    except NotPossible as error:
        raise stop(error) from None


@app.command()
def plan(config: ConfigOption = CONFIG):
    """Show the matrix of methods and tasks: what is done, what is new, what cannot be."""
    from rlbench.commands.show_plan import show_plan

    show_plan(planned(config))


@app.command()
def why(method: str, task: str, config: ConfigOption = CONFIG):
    """Say what has changed since the newest recorded run of a method on a task."""
    from rlbench.commands.why import why as explain

    try:
        typer.echo(explain(planned(config), method, task))
    except LookupError as error:
        raise stop(f"  {error.args[0]}") from None


@app.command()
def new_method(name: str):
    """Write a method file to fill in."""
    from rlbench.commands.new_method import new_method as write

    try:
        typer.echo(write(name))
    except ValueError as error:
        raise stop(f"  {error}") from None


@app.command()
def check(method: str):
    """Run the contract tests of one method."""
    from rlbench.commands.check import check as run_checks

    raise typer.Exit(run_checks(method))


@app.command()
def verify(config: ConfigOption = CONFIG):
    """Compare every file of the results with the checksums of its manifest."""
    from rlbench.commands.verify import verify as compare

    problems = compare(planned(config).config.results)
    if problems:
        raise stop("\n".join(problems), code=1)


@app.command()
def prune(config: ConfigOption = CONFIG):
    """Delete recorded runs that the configuration no longer leads to."""
    from rlbench.commands.prune import prune as delete

    for path in delete(planned(config)):
        typer.echo(f"deleted {path}")


@app.command()
def adopt(
    config: ConfigOption = CONFIG,
    seeds: Annotated[int, typer.Option(min=1, help="to train again in each cell, drawn at random")] = 1,
    cores: Annotated[int, typer.Option(min=1, help="processes side by side")] = os.cpu_count() or 1,
):
    """Keep recorded runs through a change of code that changes no byte of them."""
    from rlbench.commands.adopt import adopt as ask
    from rlbench.commands.results import NotPossible

    try:
        raise typer.Exit(ask(planned(config), seeds=seeds, cores=cores))
    except NotPossible as error:
        raise stop(error) from None


@app.command(hidden=True)
def train(path: Path, config: ConfigOption = CONFIG):
    """Train the seeds of one run file (called by the workflow)."""
    from rlbench.commands.orphan import end_with_parent
    from rlbench.commands.train import train as run

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def reference(path: Path, config: ConfigOption = CONFIG):
    """Train the policy that a preference task begins from (called by the workflow)."""
    from rlbench.commands.orphan import end_with_parent
    from rlbench.commands.reference import reference as run

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def probe(path: Path, config: ConfigOption = CONFIG):
    """Make one exact computation that claims are decided by (called by the workflow)."""
    from rlbench.commands.orphan import end_with_parent
    from rlbench.commands.probe import probe as run

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def analyse(part: str, config: ConfigOption = CONFIG):
    """Make one part of the analysis: summary, tables, figures, page or manifest (called by the workflow)."""
    from rlbench.commands.analyse import analyse as make

    make(planned(config), part)


@app.command()
def benchmark(
    question: Annotated[str, typer.Argument(help="speed, memory or phases")] = "speed",
    method: Annotated[str, typer.Option(help="ppo_clip or trpo")] = "ppo_clip",
    task: Annotated[str, typer.Option(help="CartPole-v1 or HalfCheetah-v5")] = "CartPole-v1",
    rounds: Annotated[int, typer.Option(min=1)] = 5,
):
    """Measure training: its speed against Stable-Baselines3, memory for each seed, or where the time goes."""
    from rlbench.commands.benchmark import benchmark as measure

    try:
        measure(question, method, task, rounds)
    except LookupError as error:
        raise stop(f"  {error.args[0]}") from None
