# The policies that runs end with, measured: the study of final policies. The path holds the fingerprint of the runs, of
# what is asked and of the code. Parameters lie in the scratch folder, or the runs are trained once more.
ENDINGS = [RESULTS / one.path for one in PLAN.endings]


rule final_policies:
    input:
        lambda wildcards: ancient([RESULTS / path for path in PLAN.ended(**wildcards)]),
    output:
        found=RESULTS / "endings/{task}/{fingerprint}/{block}.parquet",
        record=RESULTS / "endings/{task}/{fingerprint}/{block}.record.json",
    log:
        RESULTS / ".scratch/logs/endings/{task}/{fingerprint}/{block}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} final-policies --config {params.config} {output.found} > {log} 2>&1"
