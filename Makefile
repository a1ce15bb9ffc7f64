# Everything a person does with a checkout. `make run` and `make test` are the two to know.
PYTHON ?= python3
PORT ?= 8000
DATA ?= ./data
NAME ?=
# Twice as many as there are cores: a test that waits for a server or for Chromium leaves its core to another.
WORKERS ?= 4
STORE ?= sqlite
RATIOS ?= docs/operations/ratios.json
# Tests that open or start an installation: what is none of the store's business runs once, on SQLite.
STORED := tests/acceptance tests/faults tests/workflows tests/unit/test_assembly.py tests/unit/api tests/unit/identity \
	tests/unit/notify tests/unit/records tests/unit/store
# Their drills run on both stores; the pictures in the docs are drawn once, and Lighthouse looks once.
DRILLED := tests/acceptance tests/faults tests/portal tests/workflows \
	--ignore tests/portal/walk/test_pictures.py --ignore tests/portal/walk/test_lighthouse.py
# pytest's word for "no test has that name": those that are none of the store's business have been by then.
NONE := 5

BIN := .venv/bin
STAMP := .venv/.installed
REPORT := .coverage.json
COUNTED := $(CURDIR)/build/counted
COUNTING := PYTHONPATH=$(CURDIR)/tests/counted COUNTED=$(COUNTED)
QUICK := $(BIN)/pytest -q --dist worksteal

.PHONY: run test install services check bench drill docs texts lock clean
.DEFAULT_GOAL := run

run: install ## set up, then serve with demo data at http://127.0.0.1:8000
	@$(BIN)/carefolio serve --demo --port $(PORT) --data $(DATA)

# Whatever the shell says, compiled files are kept: hundreds of tests start the command anew.
test bench drill: export PYTHONDONTWRITEBYTECODE =
test: install ## every test but the slow ones, the drills and the house rules (make check), on SQLite, then on PostgreSQL; then the coverage floors
	@COUNTED=$(COUNTED) $(BIN)/python tests/counted/counting.py begin
	@$(COUNTING) $(QUICK) -n $(WORKERS) --ignore tests/house
	@COUNTED=$(COUNTED) $(BIN)/python tests/counted/counting.py narrow
	@$(COUNTING) TEST_STORE=postgresql $(QUICK) -n $(WORKERS) $(STORED)
	@COUNTED=$(COUNTED) $(BIN)/python tests/counted/counting.py keep
	@$(BIN)/coverage json -q -o $(REPORT)
	@$(BIN)/python scripts/coverage_floors.py $(REPORT)

install: $(STAMP) ## set up .venv from the lock; does nothing when it is up to date
	@:

$(STAMP): requirements.lock pyproject.toml scripts/install.sh
	@PYTHON="$(PYTHON)" sh scripts/install.sh

services: install ## Debian packages, and a stand-in for Stripe, that some tests use (root)
	@sh scripts/services.sh

check: install ## format, lint, types, import floors, house rules
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/house

bench: install ## the performance figures beside their floors and the kept ratios (NAME= for one, KEEP=1 keeps)
	@$(BIN)/carefolio bench $(NAME) --store $(STORE) --ratios $(RATIOS) $(if $(KEEP),--keep)

drill: install ## the full grids that are too long for make test, on SQLite, then on PostgreSQL (NAME= narrows by test name)
	@$(BIN)/pytest -q -m drill $(if $(NAME),-k $(NAME))
	@TEST_STORE=postgresql $(BIN)/pytest -q -m drill $(DRILLED) $(if $(NAME),-k $(NAME) || test $$? -eq $(NONE))

docs: install ## the documentation tells the truth: links, map, settings, commands
	@$(BIN)/pytest -q tests/house/test_docs.py

texts: install ## gather all texts that people read into the catalogues for translators
	@$(BIN)/python scripts/catalogue.py

lock: ## exact versions with hashes for every dependency, and no registry address
	@sh scripts/lock.sh

clean: ## what can be made again; never the data folder
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
