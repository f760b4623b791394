# Everything a person does with this repository. `make help` lists it.
# Needs Python 3.11 or newer with venv; PYTHON=python3.12 chooses another. Everything else comes from the requirements files.

PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

# Recipes are single commands where processes are started: make then passes SIGTERM to them and not to a shell.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUNTIME) ## Set up and run everything; Ctrl-C stops it. WEBAPP_PORT=… FLIGHTS_PORT=… and so on change the ports
	@$(BIN)/python -m run

.PHONY: serve
serve: $(RUNTIME) ## The same services under granian, two workers each, nothing set up; APP_ENV=production for production
	@$(BIN)/python -m run serve

.PHONY: databases
databases: $(RUNTIME) ## On PostgreSQL: make databases ADMIN_URL=postgresql://… makes databases and roles, migrates, seeds the demo
	@$(BIN)/python -m run.databases create

.PHONY: verify-databases
verify-databases: $(RUNTIME) ## Prove that every database is its service's, whole, and closed to the others
	@$(BIN)/python -m run.databases verify

.PHONY: ddl
ddl: $(RUNTIME) ## Write sql/databases.sql and sql/<database>.sql anew, after every change of a migration
	@$(BIN)/python -m run.databases ddl

.PHONY: test
test: $(DEVELOPMENT) ## All tests, on SQLite and PostgreSQL; TESTS="tests/chassis -k clock" chooses
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: check-pages
check-pages: $(DEVELOPMENT) ## Every page in light and dark at 360 and 1280 px (make test takes one by turns), each journey both ways: axe, scroll, weight
	EVERY_LOOK=yes $(BIN)/python -m pytest -n 2 --dist loadfile tests/browser

.PHONY: screenshots
screenshots: $(DEVELOPMENT) ## A picture of every page in four looks: instance/screenshots/index.html; SHOTS="--only checkout" takes some
	@$(BIN)/python -m tests.browser.screenshots $(SHOTS)

.PHONY: lighthouse
lighthouse: $(DEVELOPMENT) tests/lighthouse/node_modules ## Lighthouse (npm) on four pages as on a phone: 95 or more in all four, or it fails; LIGHTHOUSE="--runs 1"
	@$(BIN)/python -m tests.lighthouse $(LIGHTHOUSE)

tests/lighthouse/node_modules: tests/lighthouse/package-lock.json
	@cd tests/lighthouse && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: bench
bench: $(DEVELOPMENT) ## Measure on SQLite and PostgreSQL; BENCH="--engines sqlite --departures 0" for less, --write for the docs
	$(BIN)/python -m tests.benchmarks $(BENCH)

.PHONY: soak
soak: $(DEVELOPMENT) ## Hours of faults: 100,000 schedules, every fault point killed for real; SEEDS=17 plays one seed again, with its story
	$(BIN)/python -m tests.faults.simulation --seeds $(or $(SEEDS),0-5000)
	$(if $(SEEDS),,$(BIN)/python -m tests.faults.processes --engine sqlite)
	$(if $(SEEDS),,$(BIN)/python -m tests.faults.processes --engine postgresql)

.PHONY: check
check: format-check lint types test ## Format, lint, types, tests: what must be green

.PHONY: format-check lint types
format-check: $(DEVELOPMENT) ## Say which files are not formatted
	$(BIN)/ruff format --check .
lint: $(DEVELOPMENT) ## Find mistakes by reading (ruff)
	$(BIN)/ruff check .
types: $(DEVELOPMENT) ## Check the types (mypy)
	$(BIN)/mypy beckn bpp_services chassis run webapp wsgi.py

.PHONY: format
format: $(DEVELOPMENT) ## Format every file and sort the imports
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

.PHONY: clean
clean: ## Remove the virtual environment and caches; instance/ (databases, keys, mail) stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, made anew only when it is not there, filled anew only when the requirements change.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Yaana needs Python 3.11 or newer, and '$(PYTHON)' is not: install it, or name it, as in: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "This Python cannot make virtual environments: install its venv package (Debian: apt install python3-venv)"; exit 1; }
	@echo "Making the virtual environment .venv …"
	@$(PYTHON) -m venv .venv

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing packages …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing packages for development …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(RUNTIME)
