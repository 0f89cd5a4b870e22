#!/usr/bin/env bash
# Everything that can be said about the code without running it. Ends with the number of the first check that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

check() {
    echo "  check        $1"
    shift
    "$@"
}

# One finding does not apply: every rule runs in the one environment that requirements.lock describes, which is made
# by `make` and not by conda or a container.
lint() {
    local findings
    findings=$(snakemake --lint 2>&1 | grep -E '^    \* ' | grep -v 'Specify a conda environment or container for each rule' || true)
    if [ -n "$findings" ]; then
        echo "$findings"
        return 1
    fi
}

check "format" ruff format --quiet --check .
check "lint" ruff check --quiet .
check "types" basedpyright
check "workflow format" snakefmt --check Snakefile workflow/rules
check "workflow lint" lint
check "architecture" lint-imports --no-cache --no-logo
