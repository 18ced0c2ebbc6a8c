# `make help` lists the commands; README.md says what they are for.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Stages may run in other folders: a relative path would lead elsewhere from there.
ifdef NSL_KDD_DIR
export NSL_KDD_DIR := $(abspath $(NSL_KDD_DIR))
endif
# Each file, or class, in one process, so that what its tests share is made once.
PYTEST := pytest --numprocesses=logical --dist=loadscope --no-loadscope-reorder
# WORKERS: experiments at the same time.
WORKERS ?= 2

.PHONY: help demo paper evidence reproduce verify sweep search dispatch readme check lint test team-test chaos bench

help:
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/installed: requirements.txt requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# In a clone with your changes: the committed results stay as they are.
demo: $(VENV)/installed  ## the paper's pipeline on a small made-up data set that ships here, in demo/
	rm -rf demo
	git clone --quiet . demo
	git diff --binary HEAD | git -C demo apply --allow-empty
	cd demo && dvc exp run -S dataset=demo
	@printf '\n'; cat demo/metrics/tables/voting.md; printf '\nThe page with all tables and figures: demo/plots/paper.html\n'

paper: $(VENV)/installed  ## the paper: Tables 1-6, Figs. 1-6 and plots/paper.html, of the data set in params.yaml
	dvc repro

evidence: $(VENV)/installed  ## what the evidence needs, and plots/evidence.html and REPORT.md
	dvc repro evidence/dvc.yaml

reproduce: $(VENV)/installed  ## both: every committed result
	dvc repro --all-pipelines

verify: $(VENV)/installed  ## every result once more, in a clone, compared with the committed ones; STAGES='clean' for some
	python -m tools.verify $(STAGES)

sweep: $(VENV)/installed  ## the grid of tools/sweep.yaml as DVC experiments (docs/sweeps.md)
	python -m tools.sweep $(WORKERS)

search: $(VENV)/installed  ## Optuna chooses in the space of tools/search.yaml
	python -m tools.search $(WORKERS)

dispatch: $(VENV)/installed  ## the sweep on a Dask cluster: SCHEDULER=tcp://HOST:8786
	python -m tools.dispatch $(SCHEDULER)

readme: $(VENV)/installed  ## the tables of README.md from metrics/
	python -m tools.readme

check: lint  ## lint, types and unit tests: two to three minutes
	$(PYTEST) tests/unit

lint: $(VENV)/installed  ## ruff and mypy
	ruff check .
	ruff format --check .
	mypy

test: $(VENV)/installed  ## all tests but the long ones of chaos
	$(PYTEST)

team-test: $(VENV)/installed  ## of these the ones that share a cache, on real servers (docs/team.md)
	$(PYTEST) tests/pipeline/test_team.py

chaos: $(VENV)/installed  ## runs of the demo that are killed, doubled, out of disk space and elsewhere: an hour or two
	pytest --chaos tests/chaos

bench: $(VENV)/installed  ## seconds and memory of stages, samplers and classifiers, kept in metrics/
	python -m tools.bench
