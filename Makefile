# make demo        train the digits example a dozen times and build its site
# make demo-ranks  train the vision example on four ranks with torch, and build the site
# make test        lint, types, and every test; what CI runs
# make lint        lint and types only
# make bench       the benchmarks, with their tables
# make bench-peers logging beside wandb, trackio, tensorboardX and MLflow, installed into a cache folder
# make clean       remove what the other targets made
#
# Needs Python 3.10 or newer with venv, and a package index. PYTHON=python3.12 chooses another one.
# For demo-ranks, TORCH=torch==2.13.0 chooses a version, and TORCH_INDEX=... another index to find torch in:
# on Linux the plain package brings gigabytes of CUDA libraries, and PyTorch's CPU index has wheels without.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SKIPPED := $(VENV)/skipped.txt
DEMO_SITE := site/index.html
RANKS_SITE := site-ranks/index.html
RANKS_VENV := .venv-ranks
RANKS_BIN := $(RANKS_VENV)/bin
TORCH ?= torch
TORCH_INDEX ?=

.PHONY: demo demo-ranks test lint bench bench-peers clean browser
.DEFAULT_GOAL := help

.PHONY: help
help:
	@sed -n 's/^# \(make .*\)/  \1/p' Makefile

demo: $(VENV)/demo.stamp
	@$(BIN)/python examples/digits/run_all.py
	@$(BIN)/sitegen build -f mkdocs-style.yml
	@echo
	@echo "Open this file in a browser: $(CURDIR)/$(DEMO_SITE)"

# OMP_NUM_THREADS: four ranks share the cores of one machine.
demo-ranks: $(RANKS_VENV)/demo.stamp
	@PATH="$(CURDIR)/$(RANKS_BIN):$$PATH" OMP_NUM_THREADS=1 collect --project vision --name 'four ranks' -- \
	  torchrun --nproc-per-node 4 examples/vision/train.py
	@$(RANKS_BIN)/sitegen build -f examples/vision/mkdocs-style.yml
	@echo
	@echo "Open this file in a browser: $(CURDIR)/$(RANKS_SITE)"

test: $(VENV)/test.stamp
	@: > $(SKIPPED)
	@.ci/browser $(SKIPPED)
	@.ci/lint $(BIN) $(SKIPPED)
	@SKIPPED=$(SKIPPED) $(BIN)/python -m pytest -n 2 --dist loadfile --reruns 1 -q

lint: $(VENV)/test.stamp
	@: > $(SKIPPED)
	@.ci/lint $(BIN) $(SKIPPED)

bench: $(VENV)/test.stamp
	@set -e; for bench in benchmarks/*/bench_*.py; do echo "== $$bench"; $(BIN)/python "$$bench"; done

bench-peers: $(VENV)/test.stamp
	@$(BIN)/python benchmarks/logging/bench_peers.py --install

# The packages are installed editable: what is run is what is in this folder.
$(VENV)/demo.stamp: pyproject.toml | $(VENV)/made.stamp
	@echo "Installing runpress into $(VENV) (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site,demo]'
	@touch $@

$(VENV)/test.stamp: pyproject.toml | $(VENV)/made.stamp
	@echo "Installing runpress and its test tools into $(VENV) (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site,test,demo]'
	@touch $@ $(VENV)/demo.stamp

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "runpress needs Python 3.10 or newer; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

# A new TORCH or TORCH_INDEX counts for an environment that is yet to be made: `rm -r .venv-ranks` first.
$(RANKS_VENV)/demo.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "runpress needs Python 3.10 or newer; try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(RANKS_VENV) || \
	  { echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing $(TORCH) and runpress into $(RANKS_VENV) (a few minutes, once)"
	@$(RANKS_BIN)/python -m pip install --quiet --disable-pip-version-check \
	  $(if $(TORCH_INDEX),--extra-index-url '$(TORCH_INDEX)') --editable '.[site,media]' '$(TORCH)'
	@touch $@

clean:
	rm -rf $(VENV) $(RANKS_VENV) site site-ranks runlogs dist build .sitegen examples/vision/.sitegen .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf tests/js/node_modules
