# Exact computations on small random worlds, which need no training and no configuration: what claims are decided by
# where no run could decide them. The path holds the fingerprint of their code.
PROBES = [RESULTS / probe.path for probe in PLAN.probes]


rule probe:
    output:
        found=RESULTS / "probes/{name}/{fingerprint}.parquet",
        record=RESULTS / "probes/{name}/{fingerprint}.record.json",
    log:
        RESULTS / ".scratch/logs/probes/{name}/{fingerprint}.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        rlbench=RLBENCH,
        config=CONFIG,
    shell:
        "RLBENCH_PARENT=$PPID exec {params.rlbench} probe --config {params.config} {output.found} > {log} 2>&1"
