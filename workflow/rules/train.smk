# One job trains a block of seeds of one method on one task, side by side in one program.
# The path holds the fingerprint of code and settings: what has not changed is already there.
rule train:
    input:
        lambda wildcards: ancient([RESULTS / path for path in PLAN.inputs(**wildcards)]),
    output:
        run=RESULTS / "runs/{task}/{method}/{fingerprint}/{block}.parquet",
        record=RESULTS / "runs/{task}/{method}/{fingerprint}/{block}.record.json",
    log:
        RESULTS / ".scratch/logs/{task}/{method}/{fingerprint}/{block}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} train --config {params.config} {output.run} > {log} 2>&1"
