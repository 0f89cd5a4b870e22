"""What is made from a plan and its runs: tables, figures, and the page with the results folder's README."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rlbench.report import figures as figure_modules
from rlbench.report import tables as table_modules
from rlbench.report.as_csv import as_csv
from rlbench.report.as_latex import as_latex
from rlbench.report.as_markdown import as_markdown
from rlbench.report.discovery import modules_of
from rlbench.report.front import show_in_front
from rlbench.report.page import page as rendered
from rlbench.report.picture import draw
from rlbench.report.readme import readme
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.writing import write_bytes, write_text

FORMATS = {"csv": as_csv, "md": as_markdown, "tex": as_latex}


def tables(results_dir: Path, plan_path: Path) -> None:
    """Write scores.parquet (one line per run) and tables/<identifier>.{csv,md,tex} below `results_dir`."""
    study = Study.read(results_dir, plan_path)
    buffer = BytesIO()
    pq.write_table(pa.Table.from_pandas(study.scores, preserve_index=False), buffer)
    write_bytes(Path(results_dir) / "scores.parquet", buffer.getvalue())
    made = all_tables(study)
    for table in made:
        for ending, text in FORMATS.items():
            write_text(Path(results_dir) / "tables" / f"{table.identifier}.{ending}", text(table, study.plan))
    _keep_only(Path(results_dir) / "tables", {table.identifier for table in made})


def figures(results_dir: Path, plan_path: Path) -> None:
    """Write figures/<name>.{svg,png,pdf} below `results_dir`."""
    study = Study.read(results_dir, plan_path)
    made = [draw(module, study) for module in modules_of(figure_modules)]
    for picture in made:
        for kind, content in picture.files.items():
            write_bytes(Path(results_dir) / "figures" / f"{picture.name}.{kind}", content)
    _keep_only(Path(results_dir) / "figures", {picture.name for picture in made})


def page(results_dir: Path, plan_path: Path) -> None:
    """Write report.html below `results_dir`, which needs no other file and no network, and README.md.

    A README beside the folder gets the headline table, if it has a place for it.
    """
    study = Study.read(results_dir, plan_path)
    made, pictures = all_tables(study), [draw(module, study, ["svg"]) for module in modules_of(figure_modules)]
    # Commands on the page name the folder as this one did, but for what lies outside of where they are given.
    folder = Path(results_dir).name if Path(results_dir).is_absolute() else Path(results_dir).as_posix()
    write_text(Path(results_dir) / "report.html", rendered(study, made, pictures, folder))
    write_text(Path(results_dir) / "README.md", readme(study, made, pictures))
    [headline] = [table for table in made if table.identifier == "headline"]
    show_in_front(Path(results_dir).resolve().parent / "README.md", headline)


def _keep_only(folder: Path, names: set[str]) -> None:
    """Remove what earlier versions published under names that no longer exist."""
    for path in folder.iterdir():
        if path.stem not in names and not path.name.startswith("."):
            path.unlink()


def all_tables(study: Study) -> list[Table]:
    """Every table that has a module, in reading order."""
    made = [module.table(study) for module in modules_of(table_modules)]
    return sorted(made, key=lambda table: (table.place, table.identifier))
