# The two commands of the README, and what they are made of. `make help` lists them.
#
# Everything is built inside this folder: the environment in .venv, caches in .venv and var.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

STUDY ?= flc-mortality
PORT ?= 4200
PYTHON ?= $(shell command -v python3.11 || command -v python3)
HERE := $(CURDIR)
BIN := $(HERE)/.venv/bin

export PATH := $(BIN):$(PATH)
export PYTHONHASHSEED := 0
export UV_CACHE_DIR := $(HERE)/.venv/.uv-cache
export UV_SYSTEM_CERTS := true
# pip asks rustc for its version, and where that is rustup's it writes into a home
export RUSTUP_HOME := $(HERE)/var/rustup
export MPLCONFIGDIR := $(HERE)/var/matplotlib
export DVC_SITE_CACHE_DIR := $(HERE)/var/dvc
export DVC_GLOBAL_CONFIG_DIR := $(HERE)/var/dvc/config
export PREFECT_HOME := $(HERE)/var/prefect
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PREFECT_SERVER_UI_V2_ENABLED := false
export PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT := false
export PROBATUM_HOME := $(HERE)
export DO_NOT_TRACK := 1
export DVC_NO_ANALYTICS := 1
export GX_ANALYTICS_ENABLED := false
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH VIRTUAL_ENV

.PHONY: help
help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: setup
setup: .venv/.ready ## the environment in .venv, from the lock

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v == (3, 11) else \
	  "make setup: expected Python 3.11, found %d.%d - name one: make setup PYTHON=/path/to/python3.11" % v)'
	@echo "setup: building .venv from requirements.lock"
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: data
data: setup ## the captured data, from the remote inside the repository
	@mkdir -p var
	@dvc pull data.dvc > var/pull.txt 2>&1 || { $(altered); cat var/pull.txt >&2; exit 1; }

# Name the files of the embedded remote whose content no longer has the hash they are named by.
define altered
(cd dvcstore/files/md5 && for file in */*; do want=$${file/\//}; \
  [ "$$(md5sum < "$$file" | cut -c1-32)" = "$${want%.dir}" ] || \
  echo "data: dvcstore/files/md5/$$file does not have its hash - restore it: git checkout -- dvcstore" >&2; \
done)
endef

.PHONY: evidence
evidence: data ## the flagship study through its stages, to the technical file
	@python -m flows.programme $(STUDY)
	@probatum summary $(STUDY)

.PHONY: serve
serve: data ## Prefect server, worker and deployments; prints the address of the UI
	@python -m flows.serve --port $(PORT) --study $(STUDY)

.PHONY: check
check: setup ## format, lint, types, import walls
	@mkdir -p var
	@ruff format --check --quiet . || { echo "check: run 'make format'"; exit 1; }
	@ruff check --quiet .
	@mypy --no-error-summary
	@lint-imports --no-cache --verbose > var/import-walls.txt 2>&1 || { cat var/import-walls.txt; exit 1; }
	@echo "check: format, lint, types and import walls hold"

.PHONY: format
format: setup ## put the code in its one format
	@ruff format --quiet .
	@ruff check --quiet --fix .

.PHONY: test
test: data check ## every check and every test; those with a server or a browser last, one by one
	@pytest --numprocesses logical --maxprocesses 4 --dist loadfile -m "not prefect and not browser"
	@pytest -m "prefect or browser"

BENCH := $(HERE)/var/bench/venv

.PHONY: bench
bench: $(BENCH)/.ready ## the quantum core and the statistics against their peers, as ratios (SUBJECTS="gram delong" for some)
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE \
	  $(BENCH)/bin/python -m benchmarks --keep benchmarks/record.json $(SUBJECTS)

.PHONY: coverage
coverage: setup ## how often intervals hold the truth and tests err, by simulation, to docs/coverage.md
	@python -m benchmarks.coverage --write docs/coverage.md

$(BENCH)/.ready: benchmarks/requirements.lock | setup
	@echo "bench: building $(BENCH) from benchmarks/requirements.lock"
	@$(PYTHON) -m venv $(BENCH)
	@$(BIN)/uv pip sync --quiet --python $(BENCH)/bin/python --require-hashes benchmarks/requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BENCH)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: lock
lock: setup ## resolve pyproject.toml anew into requirements.lock and benchmarks/requirements.lock
	@$(resolve) --upgrade --output-file requirements.lock
	@cp requirements.lock benchmarks/requirements.lock
	@$(resolve) --group bench --output-file benchmarks/requirements.lock

resolve := uv pip compile pyproject.toml --group dev --extra cirq --extra cluster --python-version 3.11 \
  --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: clean
clean: ## remove everything that can be made again, the environment too
	@rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
