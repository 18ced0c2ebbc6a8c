# README.md says what each command is for.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Stages may run in other folders: a relative path would lead elsewhere from there.
ifdef NSL_KDD_DIR
export NSL_KDD_DIR := $(abspath $(NSL_KDD_DIR))
endif

.PHONY: demo reproduce verify sweep search dispatch readme test team-test chaos lint bench

$(VENV)/installed: requirements.txt requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# The whole pipeline on the demo data, in a clone with your changes: the committed results stay as they are.
demo: $(VENV)/installed
	rm -rf demo
	git clone --quiet . demo
	git diff --binary HEAD | git -C demo apply --allow-empty
	cd demo && dvc exp run -S dataset=demo -S 'seeds=[0]'
	@echo "Report: demo/plots/report.html   Tables: demo/metrics/tables/*.md   Figures: demo/plots/*.png"

reproduce: $(VENV)/installed
	dvc repro

# The committed results once more, from nothing, in a clone; STAGES='clean@smote encode' verifies these alone.
verify: $(VENV)/installed
	python experiments/verify.py $(STAGES)

# Sweeps and searches over DVC experiments (docs/sweeps.md). WORKERS: experiments at the same time.
WORKERS ?= 2

sweep: $(VENV)/installed
	python experiments/sweep.py $(WORKERS)

search: $(VENV)/installed
	python experiments/search.py $(WORKERS)

# make dispatch SCHEDULER=tcp://HOST:8786
dispatch: $(VENV)/installed
	python experiments/dispatch.py $(SCHEDULER)

# README.md shows some of metrics/tables.
readme: $(VENV)/installed
	python metrics/readme.py

# Each file, or class, in one process, so that what its tests share is made once.
test: $(VENV)/installed
	pytest --numprocesses=logical --dist=loadscope --no-loadscope-reorder

# The part of `test` that shares a cache, on real servers (docs/team.md).
team-test: $(VENV)/installed
	pytest --numprocesses=logical --dist=loadscope tests/test_team.py

# Runs of the whole demo pipeline that are killed, doubled, out of disk space and elsewhere: an hour or two.
chaos: $(VENV)/installed
	pytest --chaos tests/test_chaos.py tests/test_anywhere.py

lint: $(VENV)/installed
	ruff check .
	ruff format --check .
	mypy

bench: $(VENV)/installed
	python metrics/bench.py
	python metrics/bench_samplers.py
	python metrics/bench_classifiers.py
