# `make demo` and `make test` need python3 (3.11 or newer, with venv), pip and make; nothing else.
# Everything is installed into .venv inside this checkout; a second run does not install again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
OUT    := out/tp2-memoire

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo serve load rights test lint unit slow coverage build verify bench parity previews trip pictures cases foreign chaos hostile attacks scale fuzz gpu gradescope container image matrix platforms wheel docs clean

help: ## say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

demo: $(VENV)/installed ## install, build the bundles, grade the example class, print the table
	$(BIN)/notegrad build
	$(BIN)/notegrad grade tp2-memoire examples/tp2-memoire --out $(OUT)

serve: $(VENV)/installed-server ## the upload page with the demo's class, on http://127.0.0.1:8000 (BIND=host:port)
	$(BIN)/notegrad build --no-check tp2-memoire
	$(BIN)/python -m tests.programs.serve_demo out/serve $(if $(BIND),--bind $(BIND))

load: $(VENV)/installed-dev ## 300 uploads in a minute while 50 look, quiet and with kills; scores to a platform in trouble (COUNT=n, LOAD=--fake)
	$(BIN)/notegrad build --no-check tp2-memoire
	$(BIN)/python -m tests.programs.load --count $(or $(COUNT),300) $(LOAD)
	TROUBLE_STUDENTS=$(or $(COUNT),300) $(BIN)/python -m pytest -q -s -m slow tests/lti/test_scores_in_trouble.py

migration: $(VENV)/installed-dev ## a migration of the upload page for models that changed; a database of before it is kept for tests (NAME=what)
	$(BIN)/python -m tests.programs.new_migration $(NAME)

rights: $(VENV)/installed-dev ## who gets what of the upload page: every route and operation of its API, for every kind of person
	$(BIN)/python -m tests.programs.rights

test: lint unit ## install, then lint, types, import law and the tests (the slow ones: make slow)

lint: $(VENV)/installed-dev ## ruff, mypy --strict, the import law, and whether student/ is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/notegrad build --frozen --no-check

# A file's tests stay in one process, which makes their common fixtures once.
SPREAD := -n auto --dist loadfile
QUICK := not slow and not parity and not container and not gpu

unit: $(VENV)/installed-dev ## all tests but the slow ones, those of a container and of a GPU, and the comparison with plain otter
	$(BIN)/python -m pytest $(SPREAD) -m "$(QUICK)"

slow: $(VENV)/installed-dev ## the tests that take long; continuous integration runs them after `make test`
	$(BIN)/python -m pytest $(SPREAD) -m "slow and not parity and not container and not gpu"

coverage: $(VENV)/installed-dev ## the tests of `make unit` at half the speed, and the part of each room's lines that they run
	$(BIN)/python -m pytest -m "$(QUICK)" --cov --cov-report=
	$(BIN)/python -m tests.programs.coverage_table

docs: $(VENV)/installed-docs ## the site of docs/, into out/site, after docs/expect.md from its docstrings; a broken link is an error
	$(BIN)/python docs/expect_reference.py
	rm -rf out/site out/site-doctrees
	$(BIN)/python -m sphinx -b site --quiet --fail-on-warning --keep-going -c docs/site -d out/site-doctrees . out/site
	@echo "open out/site/index.html"

build: $(VENV)/installed ## build every assignment: student/<slug>/ and autograder/<slug>.zip
	$(BIN)/notegrad build

verify: $(VENV)/installed ## hold the hidden tests against known answers and mutants
	$(BIN)/notegrad verify

parity: $(VENV)/installed-dev ## grade the honest submissions with plain otter and with notegrad, without forks and on `sim`; compare
	$(BIN)/notegrad build
	$(BIN)/python -m tests.programs.parity
	$(BIN)/python -m tests.programs.modes

previews: $(VENV)/installed-dev ## student notebooks in a browser, executed, light and dark: pictures in out/previews
	$(BIN)/python -m tests.programs.previews

trip: $(VENV)/installed-dev ## each student notebook in a new environment of otter-grader and torch alone: is anything missing?
	$(BIN)/python -m tests.programs.fresh_environment $(SLUGS)

pictures: $(VENV)/installed-dev demo ## the pictures of README.md, docs/lti.md and docs/fr/, taken in a browser
	$(BIN)/python docs/pictures/make_pictures.py
	$(BIN)/python docs/pictures/make_lti_pictures.py
	$(BIN)/python docs/pictures/make_lti_pictures.py fr

platforms: $(VENV)/installed-platforms ## the whole way through learning platforms that others wrote (Open edX's code, a mock)
	$(BIN)/python -m pytest -q -m "slow or not slow" tests/lti

foreign: $(VENV)/installed-dev ## small assignments as other people write them: has notegrad the scores of plain otter?
	$(BIN)/python -m tests.programs.foreign $(WORDS)
cases: $(VENV)/installed-dev ## inputs that once gave a wrong mark (tests/cases), each with its command: what was asked, what came
	$(BIN)/notegrad build --no-check
	$(BIN)/python -m tests.programs.cases $(CASES)

chaos: $(VENV)/installed-dev ## grade 200 submissions while graders, workers and zygotes are killed; compare with a quiet run
	$(BIN)/notegrad build
	$(BIN)/python -m tests.programs.chaos

hostile: $(VENV)/installed-dev ## 300 hostile submissions (COUNT=n): memory of grader and judges, time beyond the limit
	$(BIN)/python -m tests.programs.hostile_class $(or $(COUNT),300)

attacks: $(VENV)/installed-dev ## every attack at every level of confinement: stopped, and by what; the controls
	$(BIN)/python -m tests.programs.attacks_table

FUZZ_S ?= 60

fuzz: $(VENV)/installed-fuzz ## mutate what strangers send, guided by coverage: FUZZ_S seconds a target (60); findings are kept
	$(BIN)/python -m tests.programs.fuzz $(FUZZ_S) $(TARGETS)

bench: $(VENV)/installed-dev ## plain otter, notegrad and the floor on the same submissions: processor time (OLD=checkout/src), cold runs, seconds
	$(BIN)/notegrad build
	$(BIN)/python benchmarks/processor_time.py $(if $(OLD),--src $(OLD))
	$(BIN)/python benchmarks/cold_start.py $(if $(OLD),--src $(OLD))
	$(BIN)/python benchmarks/bench.py

scale: $(VENV)/installed-dev ## what a submission costs, as a model; a class of 1,000 (COUNT=n): throughput, memory, Dask, a kill in the middle
	$(BIN)/notegrad build
	$(BIN)/python benchmarks/cost_model.py
	$(BIN)/python benchmarks/scale.py $(or $(COUNT),1000)

gpu: $(VENV)/installed-dev ## the tests that need a GPU, and what grading on one costs; says skipped where there is none
	$(BIN)/python -m pytest -m gpu tests/grading/test_gpu.py
	$(BIN)/python benchmarks/gpu.py

gradescope: $(VENV)/installed-dev ## every bundle in a container like Gradescope's: honest notebooks and ten attacks
	$(BIN)/notegrad build
	$(BIN)/python -m tests.programs.gradescope

VARIANT     := cpu
PIP_OPTIONS :=
container: $(VENV)/installed-dev ## build the grading container with podman or docker, and grade a class in it
	$(BIN)/notegrad build --no-check tp2-memoire
	$(BIN)/python autograder/container/build_image.py --variant $(VARIANT) --pip-options='$(PIP_OPTIONS)'
	$(BIN)/python -m pytest -m container tests/grading/test_container.py

EXTRAS := server,sso
image: $(VENV)/installed-dev ## build the image of the upload page, notegrad:server (VARIANT=cuda: notegrad:server-cuda); deploy/README.md
	$(BIN)/python autograder/container/build_image.py --extras '$(EXTRAS)' --variant $(VARIANT) --pip-options='$(PIP_OPTIONS)'

matrix: $(VENV)/installed-dev ## the fast tests on each Python that is here, with the lowest and the newest dependencies (ROWS="3.11-lowest")
	$(BIN)/python -m tests.programs.matrix $(ROWS)

wheel: ## build the wheel that an assistant without this repository installs: dist/notegrad-VERSION-py3-none-any.whl
	$(PYTHON) -m pip --disable-pip-version-check --quiet wheel --no-deps --wheel-dir dist .
	@echo "to install it elsewhere: pip install $$(ls -t dist/notegrad-*.whl | head -1)"

clean: ## remove what was built and installed
	rm -rf $(VENV) out autograder/*.zip .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "notegrad needs Python 3.11 or newer, and $(PYTHON) is %d.%d: say make PYTHON=python3.11 (or newer)" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# A new version number is installed anew: bundles carry the installed package and refuse another number.
# torch first and alone, so that the pinned build is there before anything asks for "some torch"
$(VENV)/installed: $(VENV)/created pyproject.toml constraints.txt src/notegrad/__init__.py
	@echo "installing into $(VENV) (torch is large: this takes a few minutes, once)"
	$(PIP) torch
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-server: $(VENV)/installed
	$(PIP) --editable '.[server]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(PIP) --editable '.[docs]'
	@touch $@

$(VENV)/installed-platforms: $(VENV)/installed-dev
	$(PIP) --editable '.[platforms]'
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-dev
	$(PIP) --editable '.[fuzz]'
	@touch $@
