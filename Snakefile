# What is published: train every method on every task, compare the seeds, write tables, figures and a report.
# `make results` runs this with progress and care for what a killed run left behind; plain `snakemake` works too.
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from rlbench.core import config as configuration
from rlbench.core import plan as planning
from rlbench.core.artefact import FOLDERS
from rlbench.core.calibration import planned_calibration

min_version("9.0")

CONFIG = Path(workflow.configfiles[0] if workflow.configfiles else "config.yaml")
try:
    PLAN = planning.make(configuration.load(CONFIG))
except configuration.ConfigError as error:
    raise WorkflowError(str(error)) from None
RESULTS = PLAN.config.results
RLBENCH = f"{sys.executable} -m rlbench"


wildcard_constraints:
    fingerprint="[0-9a-f]{16}",
    block=r"seeds_[0-9_-]+",
    folder="|".join(FOLDERS),


include: "workflow/rules/prepare.smk"
include: "workflow/rules/probe.smk"
include: "workflow/rules/gradients.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/endings.smk"
include: "workflow/rules/calibrate.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/report.smk"


# Runs, calibration and summary are named by their content and asked for by name: one that is missing is made even where an older
# manifest exists.
rule all:
    default_target: True
    input:
        ARTEFACTS,
        PROBES,
        GRADIENTS,
        RUNS,
        ENDINGS,
        RESULTS / CALIBRATION.path,
        RESULTS / PLAN.analysis_path,
        RESULTS / "manifest.json",
