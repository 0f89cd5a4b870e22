#!/usr/bin/env bash
# Build .venv from requirements.lock (install), or resolve that file anew (lock).
# The lock names versions, not files, so that each machine gets its own build of torch:
# CUDA where Linux has an NVIDIA driver, CPU where it has none, Apple's on macOS.
set -euo pipefail
cd "$(dirname "$0")/.."
torch=2.13.0

find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    if [ ! -x .venv/uv/bin/uv ]; then
        python3 -m venv .venv/uv
        .venv/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
    fi
    echo "$PWD/.venv/uv/bin/uv"
}

# A machine whose pip already knows where wheels lie keeps using them; uv does not read pip's settings by itself.
use_local_wheels() {
    local links
    links=${UV_FIND_LINKS:-${PIP_FIND_LINKS:-$(python3 -m pip config get global.find-links 2>/dev/null || true)}}
    if [ -n "$links" ]; then
        UV_FIND_LINKS=$(echo "$links" | xargs | tr ' ' ',')
        export UV_FIND_LINKS
    elif [ "$(uname -s)" = Linux ] && [ ! -e /proc/driver/nvidia/version ] && ! command -v nvidia-smi >/dev/null; then
        export UV_TORCH_BACKEND=${UV_TORCH_BACKEND:-cpu}
    fi
}

install() {
    local start=$SECONDS uv
    echo "  environment  building .venv from requirements.lock (once; a few hundred MB, gigabytes with CUDA)"
    uv=$(find_uv)
    [ -x .venv/bin/python ] || "$uv" venv --quiet --allow-existing --python '>=3.11,<3.14' .venv
    # Compiled once here: else each of a pipeline's processes would, where Python is told to write no bytecode.
    "$uv" pip install --compile-bytecode --python .venv/bin/python --requirement requirements.lock
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
    touch .venv/.ready
    echo "  environment  ready ($(du -sh .venv | cut -f1), $((SECONDS - start)) s)"
}

lock() {
    local uv
    uv=$(find_uv)
    # torch stands alone: which CUDA packages it brings is for each machine's own build to say.
    "$uv" pip compile pyproject.toml --universal --python-version 3.11 --extra test --quiet --upgrade \
        --constraint <(echo "torch==$torch") --no-annotate --no-header --no-emit-package torch --no-emit-package triton |
        { echo "torch==$torch"; grep -vE '^(nvidia-|cuda-)'; } >requirements.lock.new
    mv requirements.lock.new requirements.lock
}

use_local_wheels
"$1"
