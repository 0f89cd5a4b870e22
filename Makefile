# Two commands do everything: `make results` and `make test`. Both set up .venv from requirements.lock first.
# make, because every machine that has git and a compiler has it; all it needs besides is a python3 to fetch uv.
.DEFAULT_GOAL := help
.PHONY: help results quick test check benchmark lock clean
PYTHON := .venv/bin/python
CORES ?= all
CONFIG ?= config.yaml

help:            ## show this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 20

results: .venv/.ready   ## train what is missing in config.yaml, compare, write results/
	@$(PYTHON) -m rlbench results --config $(CONFIG) --cores $(CORES)

quick: .venv/.ready     ## the same pipeline at small scale, in under three minutes
	@$(PYTHON) -m rlbench results --config workflow/configs/quick.yaml --cores $(CORES)

test: .venv/.ready      ## every test
	@bash workflow/browser.sh
	@$(PYTHON) -m pytest

check: .venv/.ready     ## formatting, types, architecture
	@bash workflow/check.sh

benchmark: .venv/.ready ## speed against Stable-Baselines3 on this machine
	@$(PYTHON) -m uv pip install --quiet --python $(PYTHON) -e '.[peers]'
	@$(PYTHON) -m rlbench benchmark

lock: .venv/.ready      ## resolve requirements.lock anew
	@bash workflow/environment.sh lock

clean:           ## remove the environment and all scratch files, never results
	rm -rf .venv .snakemake .pytest_cache .ruff_cache build

.venv/.ready: requirements.lock pyproject.toml workflow/environment.sh
	@bash workflow/environment.sh install
