# Everything runs in .venv, which each target makes for itself. Needed: Python 3.11 or newer with venv, and make.
PYTHON ?= python3
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help chat run bot test coverage chaos bench micro lint format check docs messages lock audit sbom system-deps image-test clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

chat: .venv/runtime ## Talk with the bot in this terminal (ARGS="--lang en")
	@$(PY) -m bot chat $(ARGS)

run: .venv/runtime ## Talk with people on Telegram (needs BOT_TOKEN; see the README)
	@$(PY) -m bot run $(ARGS)

bot: .venv/runtime ## Run any command of the bot (ARGS="graph webmail"; alone: its help)
	@$(PY) -m bot $(or $(ARGS),--help)

# The tests that prove the pure core, each quick by itself: its lines are counted while they run. Counting costs more than
# half of the time of those that start processes, so the others run without; `make coverage` counts everything.
CORE := tests/model tests/engine tests/flowfile tests/understanding tests/service tests/adapters/catalog \
	$(filter-out %/test_mutations.py,$(wildcard tests/checking/test_*.py)) \
	tests/test_conversations.py tests/test_support_settings.py
PURE := bot/model/*,bot/engine/*,bot/flowfile/*,bot/understanding/*

test: .venv/dev ## Run all tests, counting the lines of the pure core, or some (ARGS="-k name")
ifneq ($(ARGS),)
	$(PY) -m pytest $(ARGS)
else
	.venv/bin/coverage erase
	.venv/bin/coverage run -m pytest $(CORE)
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report --skip-covered --fail-under=100 --include='$(PURE)'
	$(PY) -m pytest $(CORE:%=--ignore=%)
endif

coverage: .venv/dev ## Count the lines that all tests run: twice as slow as they are
	.venv/bin/coverage erase
	.venv/bin/coverage run -m pytest
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report --skip-covered --fail-under=100 --include='$(PURE)'
	.venv/bin/coverage report --format=total --fail-under=90

chaos: .venv/dev ## Kill the bot again and again, and look whether anything is lost (ARGS="--kills 500")
	@$(PY) -m tests.chaos $(ARGS)

bench: .venv/runtime .venv-bench/ready ## Measure the bot beside its peers on this machine (ARGS="peers --rounds 1"; --help)
	@PYTHONPATH=. .venv-bench/bin/python -W ignore::RuntimeWarning -m benchmarks $(ARGS)

micro: .venv/dev ## Measure the parts of an update, each by itself (ARGS="-k step")
	@$(PY) -m pytest benchmarks/micro -n 0 --benchmark-enable --benchmark-columns=median,iqr,rounds $(ARGS)

lint: .venv/dev ## Check style, types, layers, flows, the Dockerfile, and that generated files are fresh
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m bot check --strict
	$(PY) -m bot messages update --check
	$(PY) -m docs.generate --check
	@if [ -x .venv/bin/hadolint ]; then echo ".venv/bin/hadolint Dockerfile"; .venv/bin/hadolint Dockerfile; \
	else echo "lint: the Dockerfile is not checked: there is no hadolint for this kind of machine" >&2; fi

format: .venv/dev ## Put the code into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

check: .venv/runtime ## Check the flows and translations (ARGS="flows/webmail.yaml")
	@$(PY) -m bot check $(ARGS)

docs: .venv/dev ## Write the generated documents anew: schemas and diagrams
	$(PY) -m docs.generate

messages: .venv/runtime ## Bring the translation catalogues up to date
	$(PY) -m bot messages update

lock: .venv/dev ## Resolve the dependencies anew (needs uv)
	uv pip compile --generate-hashes --no-header --universal --python-version 3.11 -q pyproject.toml -o requirements.lock
	uv pip compile --generate-hashes --no-header --universal --python-version 3.11 -q --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --generate-hashes --no-header --universal --python-version 3.11 -q benchmarks/requirements.in -o benchmarks/requirements.lock

audit: .venv/dev ## Look the locked packages up among known vulnerabilities (needs a network)
	@scripts/audit $(PY)

sbom: .venv/dev ## Write the bill of materials of what is shipped to dist/guichet.cdx.json (CycloneDX)
	@$(PY) -m scripts.sbom dist/guichet.cdx.json

system-deps: ## Install what only Debian has: for image-test, and for tests that read screenshots (as root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends buildah mmdebstrap \
		tesseract-ocr tesseract-ocr-fra fonts-dejavu-core fonts-liberation >/dev/null

image-test: ## Build the container image and start it as it is meant to run (as root, with buildah)
	@scripts/image-test

clean: ## Remove what was made here (not the data folder)
	rm -rf .venv .venv-bench .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* dist

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (once) ..." >&2
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: requirements.lock | .venv/python
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock | .venv/python
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@ .venv/runtime

.venv-bench/ready: benchmarks/requirements.lock
	@echo "Setting up .venv-bench (once) ..." >&2
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r benchmarks/requirements.lock
	@touch $@
