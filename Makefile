# Every target sets up what it needs; a machine with python3 and make is enough.
# `make help` lists them.

PYTHON_VERSION := $(shell cat .python-version)
UV := $(shell command -v uv || echo .build/uv/bin/uv)
BIN := .venv/bin
DONE := .venv/.kidgate-ready
KIDGATE_HOME ?= $(CURDIR)/.kidgate
export KIDGATE_HOME

.DEFAULT_GOAL := help
.PHONY: help setup up demo test check format lint types direction docs docs-check bench cases lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: $(DONE) ## make .venv with the exact versions of the lock file

$(DONE): requirements-dev.lock pyproject.toml $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON_VERSION) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

.build/uv/bin/uv:
	@python3 -m venv .build/uv && .build/uv/bin/pip install --quiet uv

up: $(DONE) ## start the gateway (state in .kidgate, or KIDGATE_HOME)
	@exec $(BIN)/kidgate up

demo: $(DONE) ## the main job by itself: three children, real lists, the journal; ends by itself
	@$(BIN)/python -m demo

test: $(DONE) ## all tests
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: lint types direction docs-check test ## everything CI wants

format: $(DONE) ## put the code in its form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(DONE) ## form and lint
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(DONE) ## mypy, strict
	@$(BIN)/mypy

direction: $(DONE) ## who may import whom
	@PYTHONPATH=src $(BIN)/lint-imports

docs: $(DONE) ## write the generated pages of docs/ anew
	@$(BIN)/python docs/generate.py

docs-check: $(DONE) ## fail when a generated page is stale
	@$(BIN)/python docs/generate.py --check

bench: $(DONE) ## the benchmarks: a table and JSON each
	@$(BIN)/python -m benchmarks

cases: $(DONE) ## attempts to get around the filter, through the real gateway (needs ../shared/cases)
	@$(BIN)/python -m tests.cases

lock: $(UV) ## resolve the lock files anew
	@$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --all-extras \
		pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --all-extras --group dev \
		--constraint requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove what was made, but not the state
	@rm -rf .venv .build .pytest_cache .mypy_cache .ruff_cache .hypothesis
