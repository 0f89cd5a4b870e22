"""Settings of a task and of a cell: defaults of their files with what the configuration says laid over them."""

from typing import Any

from rlbench.core import catalog
from rlbench.core.artefact import artefacts_of
from rlbench.core.cell import Cell
from rlbench.core.config import ALL, Config
from rlbench.core.validation import conform


def cell_of(config: Config, task: str, method: str, variant: str, changes: dict[str, Any]) -> Cell:
    """A method on a task, with a variant's changes laid over all else."""
    card, by_task = catalog.tasks()[task], config.settings.get(method, {})
    known = catalog.settings_on(catalog.methods()[method], card)
    settings = catalog.defaults(known)
    for layer in (*(by_task.get(name, {}) for name in (ALL, card.side, task)), changes):
        settings = merged(settings, layer)
    task_settings = task_settings_of(config, task)
    return Cell(
        task=task,
        method=method,
        variant=variant,
        settings=conform(known, settings),
        task_settings=task_settings,
        budget=config.budget_on(task),
        evaluations=config.evaluations_on(task),
        evaluation_episodes=config.evaluation_episodes_on(task),
        artefacts=artefacts_of(card, task_settings),
    )


def changed_cell(config: Config, cell: Cell, variant: str, changes: dict[str, Any]) -> Cell:
    """A cell with settings laid over those of its own variant, under the name of another one."""
    own = config.variants.get(cell.method, {}).get(cell.variant, {})
    return cell_of(config, cell.task, cell.method, variant, merged(own, changes))


def task_settings_of(config: Config, task: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """Its defaults with the configuration's values laid over them, and with `changes` over these."""
    card = catalog.tasks()[task]
    given = merged(config.settings_of(task), changes or {})
    return conform(card.settings, merged(catalog.defaults(card.settings), given))


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A nested mapping with another one's values laid over it."""
    return base | {
        k: merged(base[k], v) if isinstance(v, dict) and isinstance(base.get(k), dict) else v
        for k, v in changes.items()
    }
