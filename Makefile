# Two commands matter: `make run` and `make test`. Needs Python >= 3.11 and the package registries, nothing else.
SHELL := /bin/sh
BIN := .venv/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
export THADS_PORT ?= 3000

.DEFAULT_GOAL := help
.PHONY: help run setup install browser test check lint types arrows migrations unit audit bench screenshots lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Set everything up and serve the demonstration on http://localhost:3000
	@THADS_DEMO=$${THADS_DEMO:-true} exec $(BIN)/thads run

setup: install ## Install, prepare the database and build the front end, without demonstration data
	@$(BIN)/thads setup

install:
	@if [ -z "$(PYTHON)" ]; then echo "Cần Python 3.11 trở lên (python3)." >&2; exit 1; fi
	@$(PYTHON) thads_app/setup/bootstrap.py

browser: install
	@$(BIN)/python -m thads_app.setup.browser

test: install browser ## Run every test (installs Chromium when it is missing)
	@$(BIN)/python -m pytest -m "not load"

check: install lint types arrows migrations unit audit ## Lint, types, import arrows, migrations, unit tests, audit

lint:
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types:
	@$(BIN)/pyright

arrows:
	@$(BIN)/lint-imports --no-logo --no-cache

migrations:
	@$(BIN)/python -m thads_app.setup.check_migrations

# The rules, the components, the doors and the core services; `make test` runs everything.
UNIT := tests/rules tests/components tests/security/test_inventory.py tests/security/test_reflex_contract.py \
	tests/services/test_registering_and_recording.py tests/services/test_reorganisation.py \
	tests/services/test_histories_order.py tests/services/test_case_edits.py tests/services/test_handovers.py

unit:
	@$(BIN)/python -m pytest -q -m "not browser and not load and not slow" $(UNIT)

audit: ## Look for pinned packages with known vulnerabilities; skipped aloud when no database answers
	@$(BIN)/python -m thads_app.setup.audit

bench: install browser ## Measure speed on 100,000 cases (takes minutes)
	@$(BIN)/python -m tests.load

screenshots: install browser ## Take the pictures of the README and the user guide again
	@$(BIN)/python -m tests.support.screenshots

lock: install ## Resolve requirements.in again into requirements.lock, with hashes and without addresses
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" requirements.in -o requirements.lock
	@$(PYTHON) thads_app/setup/bootstrap.py

clean: ## Remove what was built; the data in .data stays
	@rm -rf .web .web.log .web.lock .states .pytest_cache .ruff_cache .hypothesis .import_linter_cache
