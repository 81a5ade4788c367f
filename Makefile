# On a machine with Python 3.11+ and make, `make demo` and `make test` need nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-deep check format bench bench-full faults faults-short reference pictures lock clean

demo: $(VENV)/installed
	@mkdir -p build
	@env -u LSLEDGER_LEDGER $(BIN)/lsledger demo --report build/example-report.html

test: $(VENV)/installed-dev
	@$(BIN)/pytest -q -n auto --dist worksteal

test-deep: $(VENV)/installed-dev
	@$(BIN)/pytest -q -n auto --dist worksteal --hypothesis-profile=deep

check: $(VENV)/installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n auto -m "not wheel" tests/architecture

format: $(VENV)/installed-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Measures up to 100,000 facts in under ten minutes, and writes benchmarks/RESULTS.md.
bench: $(VENV)/installed-dev
	@$(BIN)/python -m benchmarks --results benchmarks/RESULTS.md

# The same up to a million, in about an hour.
bench-full: $(VENV)/installed-dev
	@$(BIN)/python -m benchmarks --results benchmarks/RESULTS.md \
		--facts 1000 --facts 10000 --facts 100000 --facts 1000000

# Kills processes, servers and connections, and counts what is lost: some fifteen minutes.
faults: $(VENV)/installed-dev
	@$(BIN)/python -m faults

faults-short: $(VENV)/installed-dev
	@$(BIN)/python -m faults --short

# Writes the pages under docs/reference from the code.
reference: $(VENV)/installed-dev
	@$(BIN)/python -m docs.generate
	@LSLEDGER_RENEW_DOCS=1 $(BIN)/pytest -q tests/docs/test_tutorial.py tests/docs/test_readme.py

# Draws the pictures of the example that the README shows.
pictures: $(VENV)/installed-dev
	@mkdir -p build docs/pictures
	@rm -f build/pictures.db*
	@$(BIN)/lsledger --ledger build/pictures.db init --example
	@for name in chain promises; do \
		$(BIN)/lsledger --ledger build/pictures.db chart $$name --as-of 2026-03-31 \
			-o docs/pictures/$$name.svg; done

# Renews the versions that development is locked to.
lock:
	@$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url \
		--group dev pyproject.toml -o requirements-dev.txt

# The program alone, for the demo: the newest versions that pyproject.toml allows.
$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "lsledger needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[report]'
	@touch $@

# With the tools of development, at the locked versions.
$(VENV)/installed-dev: requirements-dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the tools of development into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
