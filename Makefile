# make demo    a synthetic health system, played end to end, then shown
# make test    all tests
# make check   lint, types and import contracts
# make bench   the figures, each beside its limit
# make soak    fifty desks at once, ten minutes in all, judged at the end
# make bundle  one folder to install, built and tried out (Linux here; packaging/README.md)
# make setup   what each of these does first: .venv, locked packages, libraries that Qt needs

BIN := .venv/bin
# How many files of tests run beside one another: half of their time is waiting for servers.
JOBS ?= 3

.PHONY: setup demo test check bench soak bundle

setup:
	@sh tools/setup.sh

demo: setup
	@sh tools/demo.sh $(ARGS)

# By file: the tests of one file share its server, its store and its window. In the order of the folders:
# sorted by how many tests a file has, the longest, of one test each, would come last and alone.
# A crash ends the run with the name of its test: a worker made anew can wait for ever.
# In two halves: a process that has served databases for minutes opens windows at half the speed.
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0
test: setup
ifeq ($(strip $(ARGS)),)
	$(PYTEST) tests --ignore tests/journeys --ignore tests/ui --ignore tests/unit
	$(PYTEST) tests/journeys tests/ui tests/unit
else
	$(PYTEST) $(ARGS)
endif

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m benchmarks $(ARGS)

soak: setup
	$(BIN)/python -m tests.convergence.soak $(ARGS)

bundle: setup
	@sh tools/bundle.sh
