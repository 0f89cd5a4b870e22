# The page and the README show what the tables and figures say; the manifest, last of all, holds the checksum of every file.
localrules:
    page,
    manifest,


rule page:
    input:
        summary=RESULTS / PLAN.analysis_path,
        made=ancient(rules.tables.output + rules.figures.output),
    output:
        RESULTS / "report.html",
        RESULTS / "README.md",
    log:
        RESULTS / ".scratch/logs/page.log",
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "exec {params.rlbench} analyse page --config {params.config} > {log} 2>&1"


rule manifest:
    input:
        summary=RESULTS / PLAN.analysis_path,
        made=ancient(
            ARTEFACTS
            + PROBES
            + GRADIENTS
            + ENDINGS
            + rules.tables.output
            + rules.figures.output
            + rules.page.output
        ),
    output:
        RESULTS / "manifest.json",
    log:
        RESULTS / ".scratch/logs/manifest.log",
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "exec {params.rlbench} analyse manifest --config {params.config} > {log} 2>&1"
