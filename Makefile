# Each target does its own set-up, so on a fresh machine each is the only command needed:
#   make lab       open JupyterLab on the students' notebooks
#   make grade     grade the example class and print the table
#   make test      run everything that keeps the course true
#   make quick     the tests that take a minute
#   make release   rebuild solutions/ and notebooks/ after an edit of solutions/text/
#   make bench     measure against what people would use instead
#   make setup     only install

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# What pip says is kept, and shown when it fails: with --quiet it would not say why.
PIP_LOG = $(VENV)/pip.log
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
define install
@echo "installing $(1) into $(VENV) (minutes the first time) ..."
@$(PIP_INSTALL) -e ".[$(2)]" >$(PIP_LOG) 2>&1 || { cat $(PIP_LOG); exit 1; }
endef
# The Pythons that pyproject.toml promises, oldest first.
PYTHONS = $(shell sed -n 's/.*:: Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml)
comma = ,
COURSE_FILES = pyproject.toml constraints.txt

.PHONY: setup lab grade test quick release bench clean
.DELETE_ON_ERROR:

setup: $(VENV)/.grade

# --- set-up: one environment, grown by what a target needs -----------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv)' $(PYTHONS) \
	  || { echo "Python $(firstword $(PYTHONS)) to $(lastword $(PYTHONS)) is needed:" \
	  "run make PYTHON=python$(firstword $(PYTHONS)) $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call system_packages,python3-venv)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.lab: $(COURSE_FILES) | $(BIN)/python
	$(call install,the course and JupyterLab,lab)
	@touch $@

$(VENV)/.grade: $(COURSE_FILES) | $(BIN)/python
	$(call install,the course and the grader,grade)
	@command -v bwrap >/dev/null || $(call system_packages,bubblewrap)
	@touch $@

$(VENV)/.test: $(COURSE_FILES) | $(BIN)/python
	$(call install,the course and the grader and the tests,grade$(comma)dev)
	@command -v bwrap >/dev/null || $(call system_packages,bubblewrap)
	@command -v chromium >/dev/null || $(call system_packages,chromium chromium-driver)
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	$(call install,the rivals,bench)
	@touch $@

# Installs Debian packages where it may; elsewhere says which command to run.
SUDO = $(if $(filter 0,$(shell id -u)),,sudo -n)
define system_packages
{ echo "installing $(1) ..."; \
  { $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq $(1) >/dev/null; } \
  || { echo "could not install $(1): ask an administrator to run: apt-get install $(1)"; exit 1; }; }
endef

# --- what people run -------------------------------------------------------------------------------

lab: $(VENV)/.lab
	$(BIN)/autograder lab $(LAB_OPTIONS)

grade: $(VENV)/.grade
	$(BIN)/autograder example
	$(BIN)/autograder grade

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder release --check
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
	LAB_STRICT=1 $(BIN)/pytest -n 2 --dist loadfile --nbval solutions/lab6
	$(BIN)/autograder bank bank

QUICK = $(addprefix tests/,helpers test_architecture.py $(addprefix autograder/, \
  test_verdict.py test_wire.py test_repair.py test_flags.py $(addprefix checks/test_, \
  framework.py examine.py gradient_descent_theory.py momentum_playground.py)))
quick: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not slow" $(QUICK)

release: $(VENV)/.grade
	$(BIN)/autograder release

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV)
