# lokaalmeten: `make demo` shows it, `make test` proves it. Each does its own set-up.
.PHONY: demo test check docs bench bench-% soak hardware release audit clean help
.DEFAULT_GOAL := help

PYTHON ?= python3
UV := $(or $(shell command -v uv),.tools/bin/uv)
BIN := .venv/bin
READY := .venv/.ready
DOCS := .venv/.docs
BENCHES := $(patsubst tests/benchmarks/bench_%.py,%,$(wildcard tests/benchmarks/bench_*.py))

help: ## list the targets
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## /\1\t/' | expand -t 12

demo: $(READY) ## show a virtual city on a map; CLEAN=1 forgets earlier data, PORT=8051 moves it
	@exec $(BIN)/meten demo $(if $(CLEAN),--clean) $(if $(PORT),--port $(PORT))

test: $(DOCS) ## run all tests against the real services
	$(BIN)/pytest -n 3 --dist loadfile $(ARGS)

check: $(READY) ## style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/pyright -p firmware
	$(BIN)/lint-imports --no-cache

docs: $(DOCS) ## build the documentation site in .docs/site, without asking any other host
	@$(BIN)/python -m docs.site.build

bench: $(addprefix bench-,$(BENCHES)) ## run every benchmark; SCALE=0.1 for a short run

bench-%: $(READY) ## run one benchmark, for example bench-wire
	$(BIN)/python -m tests.benchmarks.run $*

soak: $(READY) ## everything fails in turn for two hours and every sample is counted; as root; MINUTES=120
	@$(BIN)/python -m tests.soak $(if $(MINUTES),MINUTES=$(MINUTES))

hardware: $(READY) ## make bills, cables, enclosures, carrier and pictures from hardware/boards
	@$(BIN)/python -m tests.hardware.regenerate

release: $(READY) ## archive, bill of materials, licences and sums of this commit, into dist
	@$(BIN)/python -m deploy.release dist

audit: $(READY) ## ask whether a dependency is known to be vulnerable; 1 one is, 3 nobody could be asked
	@$(BIN)/python -m deploy.release.audit

clean: ## forget the environment, the caches and the demo's data
	-test -x $(BIN)/python && $(BIN)/python -c "from pathlib import Path; from storage.server import remove; remove(Path('.data/postgres'))"
	rm -rf .venv .tools .data .cache .bench .docs .shots dist dashboard/assets/vendor

$(READY): pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --python $(PYTHON)
	@ln -sfn "$$($(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")" .venv/typings
	@touch $@

# what the demo does without; --inexact leaves the rest as it is
$(DOCS): $(READY)
	$(UV) sync --frozen --inexact --group docs
	@touch $@

# uv from a small environment of its own. Debian splits venv off, so say its name if it is not there.
.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Python 3.11 or newer is needed; PYTHON=... names another one"; exit 2; }
	@$(PYTHON) -m venv .tools >/dev/null 2>&1 || { rm -rf .tools; echo "make: $(PYTHON) cannot make an environment; on Debian: apt install python3-venv"; exit 2; }
	.tools/bin/pip install --quiet --disable-pip-version-check uv
