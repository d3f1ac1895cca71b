# Everything a fresh clone needs is set up here: python3 (3.11 or newer, with venv and pip), make and git.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: demo kernels test check benchmark clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/svgai convert samples/* -o out/ --force --sheet out/sheet.html
	@echo "The SVGs are in out/; open out/sheet.html to see each beside its source."

# Compile the loops in C anew, in place; without them numpy draws.
kernels: $(VENV)/.installed
	$(BIN)/python -m svgai.kernels.build

# The tests of drawings run both ways.
test: $(VENV)/.installed
	$(BIN)/python -m pytest
	SVGAI_KERNELS=numpy $(BIN)/python -m pytest tests/draw tests/test_golden.py

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

benchmark: $(VENV)/.installed
	$(BIN)/svgai benchmark --repeat 3 --baseline benchmarks/baseline.json

clean:
	rm -rf out build dist
