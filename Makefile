# The same recipes serve the hand, the hook and CI. A second call of anything is quick: stamps in .venv remember.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := connector crm plugin_ui sapa
CODE := $(PACKAGES) $(wildcard bench) tests tools
DIST := build/dist
CLEAN_VENV := build/clean-venv
EMPTY := build/empty
ARGS ?=

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name does; do \
		printf '  make %-16s %s\n' "$$name" "$$does"; done

.PHONY: demo
demo: $(VENV)/.runtime ## Invent a library, sync it, show it in the browser; Ctrl-C ends it
	$(BIN)/sapa demo $(ARGS)

.PHONY: test
test: $(VENV)/.tools $(VENV)/.system ## All tests; ARGS="-k word" picks some
	$(BIN)/python -m pytest $(ARGS)

.PHONY: test-unit
test-unit: $(VENV)/.tools ## The tests that need no server, in seconds
	$(BIN)/python -m pytest tests/unit $(ARGS)

.PHONY: lint
lint: $(VENV)/.tools ## Style, types, directions of import
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo

.PHONY: fix
fix: $(VENV)/.tools ## Repair style, gather new texts for translation, compile the translations
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)
	$(BIN)/python -m tools.catalogues

.PHONY: docs
docs: $(VENV)/.tools ## Write the generated pages anew, then run and check all pages
	$(BIN)/python -m tools.generate_docs
	$(BIN)/python -m pytest tests/docs $(ARGS)

.PHONY: bench
bench: $(VENV)/.tools $(VENV)/.system ## A small benchmark beside its rivals, about two minutes
	$(BIN)/python -m bench $(ARGS)

.PHONY: bench-large
bench-large: $(VENV)/.tools $(VENV)/.system ## The whole benchmark, two million loans
	$(BIN)/python -m bench --large $(ARGS)

.PHONY: wheel
wheel: $(VENV)/.tools ## Build the wheel and try it in a clean environment and an empty folder
	rm -rf $(DIST) $(CLEAN_VENV) $(EMPTY)
	$(BIN)/python -m build --no-isolation --outdir $(DIST) .
	$(BIN)/python -m venv $(CLEAN_VENV)
	$(CLEAN_VENV)/bin/pip install -qq $(DIST)/*.whl
	mkdir -p $(EMPTY)
	cd $(EMPTY) && ../clean-venv/bin/sapa --version
	cd $(EMPTY) && ../clean-venv/bin/sapa --help
	cd $(EMPTY) && ../clean-venv/bin/sapa demo --no-serve

.PHONY: check
check: lint test wheel ## Everything that has to pass: lint, tests with the pages, the built wheel

$(VENV)/.made: tools/make-venv
	tools/make-venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made pyproject.toml
	@echo "Installing Sapa into $(VENV)"
	@$(BIN)/pip install -qq --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.made pyproject.toml
	@echo "Installing Sapa and the tools of its developers into $(VENV)"
	@$(BIN)/pip install -qq --editable '.[dev]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.system: $(VENV)/.made tools/install-system-packages $(wildcard tests/browser/conftest.py)
	tools/install-system-packages
	@touch $@
