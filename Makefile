# Steelyard. A fresh Debian 12 machine with `make git python3 python3-venv` is enough.
#
#   make demo     set up, play the main story, keep serving     (ARGS=--once plays it and exits)
#   make test     set up and pass the tests, browser tests included, two files at a time
#   make check    lint, types, import contract, migrations, catalogues, generated pages
#   make setup    everything a developer needs                  make lock    pin the dependencies again
#   make soak     long campaigns                                make bench   benchmarks, each with its bar
#   make messenger  build the web messenger again (needs Node 20)
#   make clean    remove what these made, your data in var/ not included

PYTHON ?= python3
VENV := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=
HOME_OF_DEMO = $(CURDIR)/var/demo

.PHONY: help setup python demo test check soak bench lock clean catalogues lives browser messenger
.DEFAULT_GOAL := help

help:
	@sed -n '3,10s/^# \{0,1\}//p' Makefile

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install it: apt-get install python3 python3-venv"; exit 1; }

setup: python
	@$(PYTHON) tools/install.py dev synapse
	@sh tools/debian.sh bwrap bubblewrap "Attachments stay unopened until bubblewrap is there." || true

demo: python
	@$(PYTHON) tools/install.py runtime synapse
	@export STEELYARD_HOME="$${STEELYARD_HOME:-$(HOME_OF_DEMO)}"; exec $(VENV)/steelyard demo $(ARGS)

browser: setup
	@sh tools/debian.sh chromium chromium "The browser tests need chromium."

test: setup browser
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile -m "not soak" $(ARGS)

soak: setup browser
	@$(VENV)/python -m pytest -q -m soak $(ARGS)

bench: setup
	@for bench in bench/bench_*.py; do echo "== $$bench"; $(VENV)/python $$bench $(ARGS) || exit 1; done

check: setup
	@$(VENV)/python tools/check.py $(ARGS)

catalogues: setup
	@$(VENV)/python tools/catalogues.py update

lives: setup
	@$(VENV)/python tools/lives.py write

messenger: python
	@command -v npm >/dev/null || { echo "Node is missing, and only building needs it. Install it: apt-get install nodejs npm"; exit 1; }
	@cd clients/web && npm ci --no-audit --no-fund --engine-strict=false && npm run build
	@$(PYTHON) tools/messenger.py seal

lock: python
	@$(PYTHON) tools/lock.py

clean:
	rm -rf .venv .venv-synapse .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find src tests tools integrations bench -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
