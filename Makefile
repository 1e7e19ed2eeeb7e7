# Every verb of the project; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .venv/bin/uv)
GROUPS := provision planner publisher metrics simulator command dev
SDK := tests/real/sdk
SERVERS := tests/real/bluesky/node_modules tests/real/matrix/.venv/ready wordpress
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --python-version 3.11
ONCE ?=
# Every verb starts programs again and again: what they compile is kept.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: requirements/dev.txt pyproject.toml
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@command -v $(UV) >/dev/null || .venv/bin/pip install --quiet "$$(sed -nE 's/^(uv==[^ ]+).*/\1/p' requirements/dev.txt)"
	@$(UV) pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch .venv/ready

setup: .venv/ready ## make .venv with everything, from the hash-pinned locks

up: .venv/ready ## run everything on this machine; data stays in .budkavle
	@.venv/bin/budkavle up

demo: .venv/ready ## a week in a minute, then stay up (ONCE=1: exit with the verdict; BREAK=1: kill the publisher midway)
	@.venv/bin/budkavle demo $(if $(ONCE),--once) $(if $(BREAK),--break)

test: .venv/ready ## all tests (the fast ones first)
	@.venv/bin/python -m pytest -q -m "not (nats or web or up or engine or slow or drill or real)" -n 2
	@.venv/bin/python -m pytest -q -m "(nats or web or up or slow) and not (engine or drill or real)" -n 5 --dist loadfile --no-loadscope-reorder
	@.venv/bin/python -m pytest -q -m "drill and not slow" -n 2 tests/drill

fast: .venv/ready ## the tests that need nothing outside Python
	@.venv/bin/python -m pytest -q -m "not (nats or web or up or engine or slow or drill or real)" -n 2

contract: .venv/ready $(if $(REAL),$(SERVERS)) ## which promise each channel keeps, as a table (REAL=1: real servers too)
	@.venv/bin/python -m pytest -q -p tests.channels.table $(if $(REAL),,-m "not real") tests/channels/test_contract*.py

test-real: .venv/ready $(SERVERS) $(SDK)/.venv/ready ## the channels against real servers, installed here (Node 20+, Debian 12; first time 5 minutes)
	@.venv/bin/python -m pytest -q -m real

tests/real/bluesky/node_modules: tests/real/bluesky/package-lock.json
	@npm ci --prefix tests/real/bluesky --no-audit --no-fund --loglevel error
	@touch $@

wordpress:
	@tests/real/wordpress/prepare

tests/real/matrix/.venv/ready: tests/real/matrix/requirements.txt
	@test -x tests/real/matrix/.venv/bin/python || $(PYTHON) -m venv tests/real/matrix/.venv
	@$(UV) pip install --quiet --python tests/real/matrix/.venv/bin/python --require-hashes -r $<
	@touch $@

$(SDK)/.venv/ready: $(SDK)/requirements.txt .venv/ready
	@test -x $(SDK)/.venv/bin/python || .venv/bin/python -m venv --without-pip $(SDK)/.venv
	@$(UV) pip install --quiet --python $(SDK)/.venv/bin/python --require-hashes -r $<
	@touch $@

engine: .venv/ready ## container tests on a throw-away engine (root on Linux)
	@REQUIRE_ENGINE=1 .ci/engine/run

check: .venv/ready ## format, lint, types, import rules
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: .venv/ready ## put the code into our format
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

model: .venv/ready ## search every history of one delivery, on the engine that ships (ATTEMPTS=3: further)
	@.venv/bin/python -m drill.model $(if $(ATTEMPTS),--attempts $(ATTEMPTS))

bench: .venv/ready ## measure what the README claims, into benchmarks/results (SIREN=1: the siren alone; FULL=1: at full size; DEPLOYED=1: the containers, as `make engine`)
	@$(if $(DEPLOYED),.ci/engine/run bench,$(if $(FULL),FULL=1) .venv/bin/python -m benchmarks $(if $(SIREN),siren))

drill: .venv/ready ## harm everything and judge from outside (FULL=1, SMALL=1, RESTORE=1, DIALECTS=1, SEED=n, DEFECT=name, POWER=1)
	@.venv/bin/python -m drill $(if $(POWER),power) $(if $(and $(FULL),$(if $(POWER),,1)),--full) $(if $(SMALL),--small) $(if $(RESTORE),--restore) $(if $(DIALECTS),--dialects) $(if $(DEFECT),--defect $(DEFECT)) $(if $(SEED),--seed $(SEED))

lock: ## renew the hash-pinned locks from pyproject.toml
	@for group in $(GROUPS); do $(LOCK) --group $$group pyproject.toml -o requirements/$$group.txt; done
	@$(LOCK) --group sdk --constraint requirements/dev.txt pyproject.toml -o $(SDK)/requirements.txt
	@$(LOCK) tests/real/matrix/requirements.in -o tests/real/matrix/requirements.txt

clean: ## remove what the verbs made
	@rm -rf .venv .budkavle tests/real/bluesky/node_modules tests/real/matrix/.venv $(SDK)/.venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.PHONY: help setup up demo test fast contract test-real wordpress engine check format model drill bench lock clean
