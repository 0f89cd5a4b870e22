# What intervals and tests are worth at these numbers of tasks and seeds, simulated; it needs no run.
CALIBRATION = planned_calibration(PLAN)


rule calibrate:
    output:
        counts=RESULTS / CALIBRATION.path,
        record=RESULTS / CALIBRATION.record,
    log:
        RESULTS / ".scratch/logs/calibrate.log",
    threads: 4
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} calibrate --config {params.config} --cores {threads} > {log} 2>&1"
