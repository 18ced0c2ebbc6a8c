# README.md says what each command is for.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Stages may run in other folders: a relative path would lead elsewhere from there.
ifdef NSL_KDD_DIR
export NSL_KDD_DIR := $(abspath $(NSL_KDD_DIR))
endif

.PHONY: demo reproduce readme test lint bench

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

# README.md shows some of metrics/tables.
readme: $(VENV)/installed
	python metrics/readme.py

test: $(VENV)/installed
	pytest

lint: $(VENV)/installed
	ruff check .
	ruff format --check .
	mypy

bench: $(VENV)/installed
	python metrics/bench.py
	python metrics/bench_samplers.py
	python metrics/bench_classifiers.py
