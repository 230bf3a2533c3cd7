# make setup   a virtual environment with everything that development needs
# make demo    lint the two example clusters
# make test    everything that has to hold before a change is merged

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format tools tools-act bench docs clean

help:
	@sed -n 's/^# //p' Makefile

setup: $(STAMP)

$(STAMP): pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hullmark needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# Findings are expected in one example (1) and none in the other (0); 2 and 3 mean that hullmark itself did not work.
demo: setup
	@mkdir -p build
	@status=0; $(BIN)/hullmark lint examples/insecure --output sarif=build/demo.sarif || status=$$?; \
	  test $$status -eq 1 || { echo "expected findings (exit status 1), got $$status"; exit 1; }
	@test -s build/demo.sarif
	@echo
	@echo "The same findings as SARIF: build/demo.sarif. Now the hardened cluster, with the strict profile:"
	$(BIN)/hullmark lint examples/hardened --profile strict --fail-on info

# The cheap judges first. -n 2: more workers than cores only take turns.
test: setup lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p hullmark
	$(BIN)/mypy hatch_build.py tests
	$(BIN)/lint-imports --no-logo

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup
	$(BIN)/python -I -m hullmark.linter.dev generate

bench: setup
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/component_files.py
	$(BIN)/python benchmarks/since.py
	$(BIN)/python benchmarks/exposure.py
	$(BIN)/python benchmarks/rbac.py
	$(BIN)/python -m benchmarks.secret_detection
	$(BIN)/python benchmarks/network.py

# Validators of what we write, by the authors of the formats. Tests that need them are skipped where they are absent.
MULTITOOL := 5.7.0
ACTIONLINT := v1.7.12
ACT := v0.2.89

tools: .tools/bin/sarif-multitool-$(MULTITOOL) .tools/bin/actionlint-$(ACTIONLINT) tools-act
tools-act: .tools/bin/act-$(ACT)

.tools/bin/sarif-multitool-$(MULTITOOL):
	@mkdir -p .tools/bin
	@if command -v npm >/dev/null; then \
	  npm install --prefix .tools --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
	    @microsoft/sarif-multitool-linux@$(MULTITOOL) \
	  && chmod +x .tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool \
	  && ln -sf ../node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool .tools/bin/sarif-multitool \
	  && touch $@; \
	else echo "npm is not installed: no SARIF validator"; fi

.tools/bin/actionlint-$(ACTIONLINT):
	@mkdir -p .tools/bin
	@if command -v go >/dev/null; then \
	  GOBIN=$(CURDIR)/.tools/bin go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT) && touch $@; \
	else echo "go is not installed: no workflow linter"; fi

# The local runner of GitHub Actions.
.tools/bin/act-$(ACT):
	@mkdir -p .tools/bin
	@if command -v go >/dev/null; then \
	  GOBIN=$(CURDIR)/.tools/bin go install github.com/nektos/act@$(ACT) && touch $@; \
	else echo "go is not installed: no local runner of actions"; fi

clean:
	rm -rf build dist .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
