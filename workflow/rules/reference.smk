# The policy that a preference task begins from, one for all methods and seeds; a small file, and a quick one to make.
REFERENCES = [RESULTS / reference.path for reference in PLAN.references]


rule reference:
    output:
        policy=RESULTS / "references/{task}/{fingerprint}.npz",
        record=RESULTS / "references/{task}/{fingerprint}.record.json",
    log:
        RESULTS / ".scratch/logs/references/{task}/{fingerprint}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} reference --config {params.config} {output.policy} > {log} 2>&1"
