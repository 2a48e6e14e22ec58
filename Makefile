# Everything needs only git, make and Python 3.11 or newer; the first run of any target sets up .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV     := 0.13.9
# On a machine that others share a test may wait longer than its patience: there it has a second try, which the summary names.
AGAIN  := $(if $(CI),--reruns 1 -raR)
OURS   := cli.py opening.py server.py studio.py commands api graph nodes kiwi

.PHONY: setup film demo-cloud test check bench lock serve reader clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "KIWI-Video needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --no-deps --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(OURS)
	@touch $@

film: setup
	@mkdir -p out
ifdef BRIEF
	@$(BIN)/kiwi film "$$BRIEF" --out-folder out
else
	@$(BIN)/kiwi film --audio examples/brief.webm --out-folder out
endif

demo-cloud: setup
	$(BIN)/python -m bench.cloud demo

serve: setup
	$(BIN)/kiwi serve

export BRIEF

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile $(AGAIN)

check: test

bench: setup
	$(BIN)/python -m bench

# The reader is trained anew in an environment of its own (5 GB); the product needs none of it.
reader: setup
	test -x training/.venv/bin/python || $(PYTHON) -m venv training/.venv
	training/.venv/bin/python -m pip install --quiet -r training/requirements.txt
	training/make_reader $(BIN)/python training/.venv/bin/python

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
	  --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	rm -rf $(VENV) out
