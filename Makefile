# Needs Python 3.11 or newer, make and git. `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOLDER ?= demo-archive

.DEFAULT_GOAL := help
.PHONY: help install demo test proof format lint types unit bench lock clean

help:
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

install: $(VENV)/.runtime  ## install the command into .venv/bin/playlist-archive

demo: $(VENV)/.development  ## archive invented playlists for five days into demo-archive/
	$(BIN)/playlist-archive demo $(FOLDER)

test: lint types unit  ## format, lint, types, workflows and all tests but the long ones

format: $(VENV)/.development  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/zizmor --offline --quiet --strict-collection --persona pedantic .
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/add-playlist.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/yamllint --strict .github action.yml .yamllint.yml

types: $(VENV)/.development
	$(BIN)/mypy

unit: $(VENV)/.development
	$(BIN)/pytest -n auto --dist worksteal

proof: $(VENV)/.development  ## all tests, the long ones too, with more examples, and the coverage
	$(BIN)/pytest -n auto --dist worksteal -m "" --hypothesis-profile=proof --cov --cov-report=term --cov-fail-under=95

bench: $(VENV)/.development  ## measure requests, time and memory
	$(BIN)/python -m benchmarks

lock: $(VENV)/.development  ## resolve the newest dependencies into the lock files
	$(BIN)/uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-emit-index-url --custom-compile-command 'make lock' --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml requirements.lock --upgrade --universal --python-version 3.11 --generate-hashes \
		--extra demo --group dev \
		--no-strip-extras --no-emit-index-url --custom-compile-command 'make lock' --quiet --output-file requirements-dev.lock

clean:  ## remove the environment, the demo and all caches
	rm -rf $(VENV) $(FOLDER) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

# One environment; the development packages include those that the bot runs with, at the same versions.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "playlist-archive needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ $(VENV)/.runtime
