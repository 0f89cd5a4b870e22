# The summary names every run file and the code of the analysis by digest, so a new one calls for new tables;
# run files and calibration themselves are `ancient`, since a fresh clone gives them times that mean nothing.
RUNS = [RESULTS / job.path for job in PLAN.jobs]
TABLES = sorted(path.stem for path in planning.REPORT.glob("tables/[a-z]*.py"))
FIGURES = sorted(path.stem for path in planning.REPORT.glob("figures/[a-z]*.py"))


localrules:
    summary,
    tables,
    figures,


rule summary:
    output:
        RESULTS / PLAN.analysis_path,
    log:
        RESULTS / ".scratch/logs/summary.log",
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "exec {params.rlbench} analyse summary --config {params.config} > {log} 2>&1"


rule tables:
    input:
        summary=RESULTS / PLAN.analysis_path,
        runs=ancient(RUNS + PROBES + GRADIENTS + ENDINGS + ARTEFACTS),
        calibration=ancient(RESULTS / CALIBRATION.path),
    output:
        RESULTS / "scores.parquet",
        expand(RESULTS / "tables/{name}.{kind}", name=TABLES, kind=["csv", "md", "tex"]),
    log:
        RESULTS / ".scratch/logs/tables.log",
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "exec {params.rlbench} analyse tables --config {params.config} > {log} 2>&1"


rule figures:
    input:
        summary=RESULTS / PLAN.analysis_path,
        runs=ancient(RUNS + PROBES + GRADIENTS + ENDINGS + ARTEFACTS),
        calibration=ancient(RESULTS / CALIBRATION.path),
    output:
        expand(
            RESULTS / "figures/{name}.{kind}", name=FIGURES, kind=["svg", "png", "pdf"]
        ),
    log:
        RESULTS / ".scratch/logs/figures.log",
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "exec {params.rlbench} analyse figures --config {params.config} > {log} 2>&1"
