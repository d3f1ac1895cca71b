# Everything a fresh clone needs is set up here: python3 (3.11 or newer, with venv and pip), make and git.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: demo kernels test check benchmark clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# The linter of the pages' scripts; the tests run it. They also need Chromium and its driver.
node_modules/.installed: package-lock.json
	npm ci --silent --no-audit --no-fund
	touch $@

demo: $(VENV)/.installed
	$(BIN)/svgai convert samples/* -o out/ --force --report out/report.html
	@echo "The SVGs are in out/; open out/report.html to see each beside its source."

# Compile the loops in C anew, in place; without them numpy draws.
kernels: $(VENV)/.installed
	$(BIN)/python -m svgai.kernels.build

# A process a core: many tests wait for a service, a browser or a broker. Those of drawings run both ways.
test: $(VENV)/.installed node_modules/.installed
	$(BIN)/python -m pytest -n auto --dist worksteal
	SVGAI_KERNELS=numpy $(BIN)/python -m pytest -n auto --dist worksteal tests/draw tests/test_golden.py

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

benchmark: $(VENV)/.installed
	$(BIN)/svgai benchmark --repeat 3 --baseline benchmarks/baseline.json

clean:
	rm -rf out build dist
