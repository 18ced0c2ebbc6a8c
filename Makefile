# `make help` lists the commands; README.md and CONTRIBUTING.md say what they are for.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Stages may run in other folders: a relative path would lead elsewhere from there.
ifdef NSL_KDD_DIR
export NSL_KDD_DIR := $(abspath $(NSL_KDD_DIR))
endif
# Or each of the many processes would compile what it imports; of what uv installs, all.
unexport PYTHONDONTWRITEBYTECODE
# Each file, or class, in one process, so that what its tests share is made once. Threads that have nothing to do
# would keep a core busy while they wait.
PYTEST := OMP_WAIT_POLICY=passive OPENBLAS_NUM_THREADS=1 pytest --numprocesses=logical --dist=loadscope --no-loadscope-reorder
# WORKERS: experiments at the same time. DATASET: a name in datasets/.
WORKERS ?= 2
DATASET ?= unsw-nb15-82k

.PHONY: help install lock demo paper evidence reproduce other verify sweep search compare dispatch readme schema docs \
	check lint test test-lowest team-test chaos bench

help:
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

# Here torch is without CUDA, a tenth of the size. It is named to pip only if it answers: pip would try for minutes.
CPU_INDEX := https://download.pytorch.org/whl/cpu
ANSWERS := from urllib.request import urlopen; urlopen("$(CPU_INDEX)/torch/", timeout=5)
CPU_TORCH = $$($(PYTHON) -c '$(ANSWERS)' 2> /dev/null && echo --extra-index-url $(CPU_INDEX))

# pip brings torch and uv, uv the rest: it takes a fraction of pip's time.
$(VENV)/installed: requirements.txt requirements-dev.txt requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --disable-pip-version-check --constraint requirements.lock $(CPU_TORCH) \
		$$(grep -hE '^(torch|uv)==' requirements.txt requirements-dev.txt)
	uv pip install --quiet --python $(VENV) --constraint requirements.lock --requirement requirements-dev.txt
	uv pip install --quiet --python $(VENV) --no-deps --editable .
	touch $@

install: $(VENV)/installed  ## the environment .venv, which every other command makes too

# Without torch, whose builds differ by version and by what they need: requirements.txt has it. Without the environment
# as a prerequisite, which a lock that is out of date cannot make.
lock:  ## requirements.lock anew, after a change of requirements*.txt
	uv pip compile --quiet --python-version 3.11 --no-emit-package torch --no-annotate \
		--custom-compile-command 'make lock' --output-file requirements.lock requirements-dev.txt

# In a clone with your changes: the committed results stay as they are.
demo: $(VENV)/installed  ## the paper's pipeline on the data that ships here, in a clone: demo/
	rm -rf demo
	git clone --quiet . demo
	git diff --binary HEAD | git -C demo apply --allow-empty
	cd demo && dvc exp run -S dataset=demo
	@printf '\n'; cat demo/metrics/tables/voting.md; printf '\nThe page with all tables and figures: demo/plots/paper.html\n'

paper: $(VENV)/installed  ## Tables 1-6, Figs. 1-6 and plots/paper.html
	dvc repro

evidence: $(VENV)/installed  ## plots/evidence.html and REPORT.md, and all that they need
	dvc repro evidence/dvc.yaml

reproduce: $(VENV)/installed  ## both: every committed result
	dvc repro --all-pipelines

# In a clone, as `demo`. What is kept is small: tables, figures, the account of the data and the page.
other: $(VENV)/installed  ## the paper on DATASET, kept in results/DATASET
	rm -rf build/$(DATASET)
	git clone --quiet . build/$(DATASET)
	cd build/$(DATASET) && dvc exp run -S dataset=$(DATASET) && python -m tools.keep $(CURDIR)/results/$(DATASET)

verify: $(VENV)/installed  ## every result once more, in a clone, compared; STAGES='clean'
	python -m tools.verify $(STAGES)

sweep: $(VENV)/installed  ## the grid of tools/sweep.yaml as DVC experiments
	python -m tools.sweep $(WORKERS)

search: $(VENV)/installed  ## Optuna chooses in the space of tools/search.yaml
	python -m tools.search $(WORKERS)

compare: $(VENV)/installed  ## experiments side by side, best first; EXPERIMENTS='NAME NAME'
	python -m tools.compare $(EXPERIMENTS)

dispatch: $(VENV)/installed  ## the sweep on a Dask cluster; SCHEDULER=tcp://HOST:8786
	python -m tools.dispatch $(SCHEDULER)

readme: $(VENV)/installed  ## the table of README.md from metrics/
	python -m tools.readme

schema: $(VENV)/installed  ## datasets/schema.json from the typed model of a description
	python -m tools.schema

docs: $(VENV)/installed  ## docs/ and the docstrings of the library as HTML: docs/html/
	python -m tools.docs

check: lint  ## ruff, mypy and the unit tests: a minute
	$(PYTEST) tests/unit

lint: $(VENV)/installed  ## ruff and mypy
	ruff check .
	ruff format --check .
	mypy

test: $(VENV)/installed  ## all tests but the long ones of chaos: seven minutes
	$(PYTEST)

# One check of scikit-learn 1.6 is left out: it subtracts fractions from whole numbers itself.
test-lowest: $(VENV)/installed  ## the library, on the lowest versions that pyproject.toml allows
	rm -rf build
	mkdir build
	uv pip compile --quiet --resolution lowest-direct --output-file build/lowest.txt pyproject.toml
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/pip install --quiet --disable-pip-version-check --constraint build/lowest.txt $(CPU_TORCH) \
		. $$(grep -hE '^(pytest|hypothesis)==' requirements-dev.txt)
	build/lowest/bin/pytest --noconftest --override-ini pythonpath=tests --override-ini filterwarnings= \
		--ignore tests/library/test_flow.py \
		-k 'not check_positive_only' tests/library

team-test: $(VENV)/installed  ## the tests of a shared cache, on real servers (docs/team.md)
	$(PYTEST) tests/pipeline/test_team.py

chaos: $(VENV)/installed  ## runs of the demo that are killed, doubled, moved: an hour or two
	pytest --chaos tests/chaos

bench: $(VENV)/installed  ## seconds and memory of stages and samplers, kept in metrics/
	python -m tools.bench
