# The commands of Minshao; `make help` lists them. All that they need is python3 (3.11 or later) and make.

PYTHON ?= python3
RUN := .venv/bin/python
# The locks name every package with its hash, so pip resolves nothing and builds nothing.
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
	--only-binary :all: --require-hashes -r

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up down status test check bench format proto fonts lock clean

help: ## Lists the commands.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/.ready build/proto.binpb node_modules/.ready ## Lives three months in the county and tells their story; cleans up after itself.
	@$(RUN) -m deploy.local.demo

up: .venv/.ready build/proto.binpb node_modules/.ready ## Starts the county on this machine and says where to look; harmless when it runs.
	@$(RUN) -m deploy.local up

down: .venv/.ready ## Stops what `make up` started; the data stays.
	@$(RUN) -m deploy.local down

status: .venv/.ready ## Says which processes run, where they listen and how they are.
	@$(RUN) -m deploy.local status

test: .venv/.checks build/proto.binpb node_modules/.ready ## Runs every test.
	@$(RUN) -m pytest

check: .venv/.checks build/proto.binpb ## Checks style, types, imports, the contract, the manifests and the rules of the house.
	@$(RUN) -m deploy.lint

bench: .venv/.checks build/proto.binpb ## Measures, each figure beside its limit; writes build/bench.json too.
	@$(RUN) -m tests.bench

format: .venv/.checks ## Formats the code and sorts its imports.
	@$(RUN) -m ruff check --quiet --select I --fix . ; $(RUN) -m ruff format .

proto: ## Generates the classes of proto/ and the image that is linted and compared.
	@touch proto/build.py && $(MAKE) --no-print-directory build/proto.binpb

fonts: node_modules/.ready ## Installs the typeface of the printed forms and the assets of the pages.

lock: .venv/.checks ## Chooses new versions of all packages, within what the .in files allow.
	@for list in requirements-dev requirements requirements-npm; do \
		$(RUN) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
			$$( [ $$list = requirements ] && echo --constraint requirements-dev.lock ) \
			--output-file $$list.lock $$list.in || exit 1; \
	done

clean: ## Removes what was installed and generated, but no data: that is in .minshao/.
	@rm -rf .venv build node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
		"Minshao needs Python 3.11 or later, and $(PYTHON) is %d.%d. Another one: make PYTHON=python3.12" % v[:2])'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu, install python3-venv." >&2; exit 1; }
	@cd .venv/lib/python3*/site-packages && printf '%s\n' ../../../.. ../../../../build/gen > minshao.pth
	@ln -sf ../../deploy/local/minshao .venv/bin/minshao

.venv/.ready: requirements.lock | .venv/bin/python
	@echo "Installing the packages of requirements.lock …"
	@$(INSTALL) requirements.lock
	@touch $@

.venv/.checks: requirements-dev.lock .venv/.ready
	@echo "Installing the packages of requirements-dev.lock …"
	@$(INSTALL) requirements-dev.lock
	@touch $@

build/proto.binpb: proto/build.py $(shell find proto -name '*.proto') .venv/.ready
	@$(RUN) proto/build.py

# With the npm of the machine or, where there is none, with the one in the wheel of Node.js.
node_modules/.ready: package-lock.json | .venv/.ready
	@command -v npm > /dev/null || $(INSTALL) requirements-npm.lock
	@echo "Installing the packages of package-lock.json …"
	@PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error > /dev/null
	@touch $@
