# `make certify`: install into .venv and certify the built-in reader on virtual cards. No root, no daemon, no compiler.
# `make test`:    install the rest (system packages by apt as root or with sudo) and run every check and every test.

# Name another interpreter with `make PYTHON=python3.12 certify`.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PARTS  := reader_core emulator fixtures conformance reports vitale_testbed

.PHONY: help certify test bench lint unit system venv-module clean

help:
	@echo "make certify   install into $(VENV) and certify the built-in reader; ends with the path of the report"
	@echo "make test      install everything, system packages included, and run every check and test"
	@echo "make lint      formatting, style, types, directions of imports"
	@echo "make unit      the tests that need no system package"
	@echo "make bench     how fast the cards answer, side by side"
	@echo "make clean     remove $(VENV) and what was built"

certify: $(VENV)/.installed
	@$(BIN)/vitale certify

# --- installing ---------------------------------------------------------------------------------

venv-module:
	@sh scripts/check-python.sh "$(PYTHON)"

$(VENV)/.installed: pyproject.toml scripts/check-python.sh
	@sh scripts/check-python.sh "$(PYTHON)"
	@echo "Installing vitale-testbed into $(VENV) ..."
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# Packages of the system are looked at each time, and installed once: they are no reason to run pip again.
$(VENV)/.developer: $(VENV)/.installed | system
	@echo "Installing the development tools, pyscard, WeasyPrint and Dask into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[cluster,dev,docs,pcsc,pdf,web]"
	@touch $@

system:
	@sh scripts/system-packages.sh "$(PYTHON)"

# --- checking -----------------------------------------------------------------------------------

lint: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

unit: $(VENV)/.installed
	@test -e $(VENV)/.developer || $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[cluster,dev,docs,web]"
	$(BIN)/python -m pytest -m "not pcsc and not judge and not browser"

test: lint
	rm -f .coverage .coverage.*
	VITALE_TESTS_FORBID_SKIPS=1 $(BIN)/python -m coverage run -m pytest -n auto --dist loadgroup
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under=90

bench: $(VENV)/.developer
	@$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) dist build vitale-report .coverage .coverage.*
