# Everything runs in .venv, which these rules make.  Another Python: make PYTHON=python3.13 demo

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test test-slow prove lint bench clean

help:
	@echo "make demo       learn real digits, check BP1 to BP4, sum over paths, draw it all"
	@echo "make test       the whole test suite but for the slow ones"
	@echo "make test-slow  the slow tests"
	@echo "make prove      thousands of wrong derivative rules, and how many of them the check rejects"
	@echo "make bench      the speed of it all beside PyTorch, JAX and others, as far as they install"
	@echo "make lint       ruff (format and lint) and mypy (strict)"
	@echo "make clean      remove what the others made"

demo: .venv/demo.stamp
	$(BIN)/autograd-nn demo

test: .venv/test.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal

test-slow: .venv/test.stamp
	$(BIN)/python -m pytest -m slow -n auto --dist worksteal

prove: .venv/test.stamp
	PYTHONPATH=tests $(BIN)/python -m mutants

bench: .venv/test.stamp
	-$(PIP) --editable '.[plot,bench]'
	$(BIN)/python benchmarks/run.py

lint: .venv/lint.stamp
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "autograd_nn needs Python 3.11 or later; $(PYTHON) is `$(PYTHON) --version 2>&1`."; \
	  echo "Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/demo.stamp: .venv/python.stamp pyproject.toml
	@echo "Installing what the demo needs into .venv …"
	$(PIP) --editable '.[plot,render]'
	@touch $@

.venv/test.stamp: .venv/python.stamp pyproject.toml
	@echo "Installing what the tests need into .venv …"
	$(PIP) --editable '.[plot,render,test]'
	@touch $@

.venv/lint.stamp: .venv/python.stamp pyproject.toml
	$(PIP) --editable '.[lint]'
	@touch $@

clean:
	rm -rf .venv demo-output dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
