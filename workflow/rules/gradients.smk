# Estimators of a gradient, measured at the policies that tasks begin from: the study of gradient estimators. The path
# holds the fingerprint of the task, of what it begins from and of the code.
GRADIENTS = [RESULTS / one.path for one in PLAN.measurements]


rule gradients:
    input:
        lambda wildcards: ancient(
            [
                RESULTS / path
                for path in PLAN.begun_from(wildcards.task, wildcards.fingerprint)
            ]
        ),
    output:
        found=RESULTS / "gradients/{task}/{fingerprint}.parquet",
        record=RESULTS / "gradients/{task}/{fingerprint}.record.json",
    log:
        RESULTS / ".scratch/logs/gradients/{task}/{fingerprint}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} gradients --config {params.config} {output.found} > {log} 2>&1"
