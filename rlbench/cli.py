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
CoresOption = Annotated[int, typer.Option(min=1, help="processes side by side")]
CORES = os.cpu_count() or 1


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
def verify(
    config: ConfigOption = CONFIG,
    retrain: Annotated[int, typer.Option(min=0, help="cells to train one seed of again, drawn at random")] = 0,
    draw: Annotated[int, typer.Option(help="another number draws other cells and seeds")] = 0,
    cores: CoresOption = CORES,
):
    """Compare every file of the results with its manifest, and some runs with what training them again gives."""
    from rlbench.commands.results import NotPossible
    from rlbench.commands.retrain import retrain as train_again
    from rlbench.commands.verify import verify as compare

    plan = planned(config)
    problems = compare(plan.config.results)
    if problems:
        typer.echo("\n".join(problems), err=True)
    try:
        different = train_again(plan, retrain, draw, cores) if retrain else 0
    except NotPossible as error:
        raise stop(error) from None
    raise typer.Exit(1 if problems or different else 0)


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
    cores: CoresOption = CORES,
    against: Annotated[str, typer.Option(help="a commit whose code made the runs: train with both here")] = "",
    share: Annotated[float, typer.Option(min=0.001, max=1.0, help="of the budget that both train")] = 1.0,
):
    """Keep recorded runs through a change of code that changes no byte of them.

    On a machine that does not reproduce what is recorded to the byte, hold the present code against the earlier one's.
    """
    from rlbench.commands.adopt import adopt as ask
    from rlbench.commands.results import NotPossible

    try:
        raise typer.Exit(ask(planned(config), seeds=seeds, cores=cores, against=against, share=share))
    except NotPossible as error:
        raise stop(error) from None


@app.command()
def calibrate(config: ConfigOption = CONFIG, cores: CoresOption = CORES):
    """Simulate whether intervals and tests hold what they promise, at the numbers of seeds of a configuration."""
    from rlbench.commands.calibrate import calibrate as simulate
    from rlbench.commands.orphan import VARIABLE, end_with_parent

    if VARIABLE in os.environ:  # called by the workflow
        end_with_parent()
    simulate(planned(config), cores)


@app.command(hidden=True)
def train(path: Path, config: ConfigOption = CONFIG):
    """Train the seeds of one run file (called by the workflow)."""
    from rlbench.commands.orphan import end_with_parent
    from rlbench.commands.train import train as run

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def prepare(path: Path, config: ConfigOption = CONFIG):
    """Make what a task begins from, a policy for instance (called by the workflow)."""
    from rlbench.commands.orphan import end_with_parent
    from rlbench.commands.prepare import prepare as run

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
def gradients(path: Path, config: ConfigOption = CONFIG):
    """Measure estimators of a gradient at one policy (called by the workflow)."""
    from rlbench.commands.gradients import gradients as run
    from rlbench.commands.orphan import end_with_parent

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def final_policies(path: Path, config: ConfigOption = CONFIG):
    """Measure the policies that a block of runs ended with (called by the workflow)."""
    from rlbench.commands.final_policies import final_policies as run
    from rlbench.commands.orphan import end_with_parent

    end_with_parent()
    raise typer.Exit(run(planned(config), path))


@app.command(hidden=True)
def analyse(part: str, config: ConfigOption = CONFIG):
    """Make one part of the analysis: summary, tables, figures, page or manifest (called by the workflow)."""
    from rlbench.commands.analyse import analyse as make

    make(planned(config), part)


@app.command()
def benchmark(
    question: Annotated[str, typer.Argument(help="speed, memory, phases or language_speed")] = "speed",
    method: Annotated[str, typer.Option(help="ppo_clip or trpo; of language_speed dpo, grpo or ppo_clip")] = "ppo_clip",
    task: Annotated[
        str, typer.Option(help="CartPole-v1 or HalfCheetah-v5; of language_speed 0.13M or 10M")
    ] = "CartPole-v1",
    rounds: Annotated[int, typer.Option(min=1)] = 5,
):
    """Measure training: its speed against Stable-Baselines3 or TRL, memory for each seed, or where the time goes."""
    from rlbench.commands.benchmark import benchmark as measure

    try:
        measure(question, method, task, rounds)
    except LookupError as error:
        raise stop(f"  {error.args[0]}") from None
