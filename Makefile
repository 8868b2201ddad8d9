# `make run` and `make test` need a Python of 3.11 or later and nothing else: both set up what they need in .venv.
# Another interpreter: `make run PYTHON=python3.12`.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
SEED ?= 1
# Arguments of the benchmarks: `make bench BENCH="--rounds 2 --only engines,peers"`; `--help` lists them.
BENCH ?=

OLDEST := 3, 11
IN_VENV := $(VENV)/bin/python
# Named after the interpreter, so that another PYTHON makes the environment anew.
MADE := $(VENV)/.made-by$(subst /,-,-$(PYTHON))
# What the benchmarks compare with, each in an environment of its own, from its list of pinned packages.
PEERS := $(patsubst benchmarks/peers/%.txt,.venv-peers/%/.installed,$(wildcard benchmarks/peers/*.txt))

# An environment whose interpreter is gone (uninstalled, or the folder moved to another machine) is made anew as well.
ifneq ($(wildcard $(MADE)),)
ifeq ($(shell $(IN_VENV) -c 'print("works")' 2>/dev/null),)
$(shell rm -f $(MADE))
endif
endif

# Some images tell Python to keep no bytecode. In an environment made without (below) every command would then compile
# all that it imports: a small run of 1.3 s takes 4.6 s.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: help run test test-all verify gallery refreeze mutants bench bench-sweeps lint clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.installed ## Run the baseline scenario, 100 replicates: summary, results folder, figures
	$(IN_VENV) -m sim run baseline --replicates 100

test: $(VENV)/.installed-dev ## Run the tests
	$(IN_VENV) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

test-all: ## Run the tests on every installed Python of 3.11 to 3.13, each in an environment of its own
	@.ci/test-all

verify: $(VENV)/.installed ## Meet results known independently of the program, in ten minutes (sim verify --quick: one)
	$(IN_VENV) -m sim verify --workers $(WORKERS)

refreeze: $(VENV)/.installed ## Freeze the numbers of the base worlds anew, and print what changed
	@$(IN_VENV) tests/frozen.py

mutants: $(VENV)/.installed-dev ## Plant a hundred faults in the rules, one at a time, and tell which test catches each
	@$(IN_VENV) tests/planted.py --seed $(SEED) --workers $(WORKERS)

gallery: $(VENV)/.installed ## Make docs/gallery.md and its figures: every scenario against its base world
	@$(IN_VENV) -m sim.report.gallery docs results

bench: $(VENV)/.installed $(PEERS) ## Measure everything, and peers beside it, a quarter of an hour: docs/performance.md
	@$(IN_VENV) benchmarks/bench.py $(BENCH)

bench-sweeps: $(VENV)/.installed-dev ## Measure a sweep of 32,768 runs with one worker, two, and Dask, a quarter of an hour
	@$(IN_VENV) benchmarks/sweeps.py

lint: $(VENV)/.installed-dev ## Check style and types
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m mypy

clean: ## Remove environments and caches; results stay
	rm -rf .venv* build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no $(PYTHON) on the PATH. Install Python 3.11 or later, or name one: make run PYTHON=python3.12"; \
	  exit 1; } >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < ($(OLDEST)))' || { \
	  echo "$(PYTHON) is `"$(PYTHON)" --version 2>&1`; this project needs Python 3.11 or later."; \
	  echo "Name a newer one, for example: make run PYTHON=python3.12"; \
	  exit 1; } >&2
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: its modules venv and ensurepip are missing."; \
	  echo "On Debian and Ubuntu they come with the package python3-venv."; \
	  exit 1; } >&2
	@echo "Making $(VENV) with `"$(PYTHON)" --version`"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(IN_VENV) $(INSTALL) --upgrade pip
	@touch $@

# Python compiles a module when it is first imported; pip would compile the many too that nobody imports, which takes
# as long as the rest of the installation. The pip of older Pythons, if not renewed, takes a third longer.
INSTALL := -m pip install -qq --disable-pip-version-check --no-compile

$(VENV)/.installed: $(MADE) pyproject.toml
	@echo "Installing the simulation into $(VENV); the first time takes a minute or two"
	@$(IN_VENV) $(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(MADE) pyproject.toml
	@echo "Installing the simulation and what its tests need into $(VENV); the first time takes a minute or two"
	@$(IN_VENV) $(INSTALL) --editable '.[dev]'
	@touch $(VENV)/.installed $@

# A peer that cannot be installed is told of in the table, with what pip said, and tried again by the next `make bench`.
.venv-peers/%/.installed: benchmarks/peers/%.txt $(MADE)
	@echo "Installing $* into $(@D)"
	@"$(PYTHON)" -m venv --clear $(@D)
	@if $(@D)/bin/python $(INSTALL) --requirement $< 2>$(@D)/.said; \
	then touch $@; else echo "$* cannot be installed here; $(@D)/.said tells why" >&2; fi
