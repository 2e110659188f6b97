# rlmap: `make app` installs everything and opens the app; `make test` checks everything.
# Steps are remembered by stamp files inside .venv, so nothing is done twice.

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: app setup test bench bench-app bench-sb3 bench-demos docs pictures clean

app: setup
	@$(BIN)/rlmap serve --port $(PORT)

# The environment, the default corpus and its index.
setup: .venv/.stamp-package
	@$(BIN)/rlmap setup

# Many tests wait for a browser, a server or a child process, so two files run at a time.
test: .venv/.stamp-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

# How quick the app is in a real browser, on the corpus that is set up: benchmarks/results/app.json.
bench-app: .venv/.stamp-dev
	$(BIN)/python benchmarks/app.py

# The pictures of the guide and the README, from the app on the corpus that is set up.
pictures: .venv/.stamp-dev
	$(BIN)/python docs/images/take.py

# The documentation site in site/, and the handbook as a PDF in site/book/ (printed by Chromium).
docs: .venv/.stamp-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	$(BIN)/python -m rlmap.site.pdf site

.venv/.stamp-python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 12) else "rlmap needs Python 3.11 or 3.12, this is %d.%d: run make with PYTHON=/path/to/python3.12" % v)'
	$(PYTHON) -m venv .venv
	@touch $@

# torch first: the package that pins another version of it must not choose for us.
.venv/.stamp-torch: .venv/.stamp-python
	@echo "Installing torch (the largest download) ..."
	$(PIP) install torch==2.13.0
	@touch $@

# Wheels exist for Linux. Elsewhere everything but the demos works, and the Demos page says so.
.venv/.stamp-puffer: .venv/.stamp-torch
	@$(PIP) install --no-deps pufferlib-core==3.0.23 \
	  || echo "pufferlib-core could not be installed on this system: everything works except running the demos."
	@touch $@

.venv/.stamp-package: .venv/.stamp-puffer pyproject.toml
	$(PIP) install -e '.[demos]'
	@touch $@

.venv/.stamp-dev: .venv/.stamp-package
	$(PIP) install -e '.[demos,dev]'
	@touch $@

.venv/.stamp-docs: .venv/.stamp-package
	$(PIP) install -e '.[demos,docs]'
	@touch $@

# PuffeRL beside Stable-Baselines3, which nothing else here needs.
bench-sb3: .venv/.stamp-package
	$(PIP) install 'stable-baselines3>=2.9'
	$(BIN)/python benchmarks/sb3.py

# The environments alone as copies and as processes grow, and the wait for a demo's first point.
bench-demos: .venv/.stamp-package
	$(BIN)/python benchmarks/demo_envs.py
	$(BIN)/python benchmarks/demo_cores.py
	$(BIN)/python benchmarks/demo_first_point.py

# The peers have an environment of their own, which sees that of rlmap: both are measured in one process.
.venv-peers/.stamp: .venv/.stamp-package
	$(BIN)/python -m venv .venv-peers
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  > "$$(.venv-peers/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rlmap.pth"
	.venv-peers/bin/python -m pip --disable-pip-version-check install 'txtai==9.14.0' 'lancedb==0.40.0' 'haystack-ai==3.4.1'
	@touch $@

.PHONY: bench-peers
bench-peers: .venv-peers/.stamp
	OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1 TOKIO_WORKER_THREADS=1 LANCE_CPU_THREADS=1 LANCE_LOG=error \
	  PYTHONPATH=src HF_HUB_OFFLINE=1 HAYSTACK_TELEMETRY_ENABLED=False .venv-peers/bin/python benchmarks/peers.py

clean:
	rm -rf .venv site .mypy_cache .ruff_cache .pytest_cache .hypothesis
