# What tasks begin from, a policy for instance: one for all methods and seeds. The record is written last.
ARTEFACTS = [RESULTS / artefact.record for artefact in PLAN.artefacts]


rule prepare:
    input:
        lambda wildcards: ancient(
            [RESULTS / path for path in PLAN.ingredients(**wildcards)]
        ),
    output:
        RESULTS / "{folder}/{task}/{fingerprint}.record.json",
    log:
        RESULTS / ".scratch/logs/{folder}/{task}/{fingerprint}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} prepare --config {params.config} {output} > {log} 2>&1"
