# Two commands matter: `make run` and `make test`. The others serve those who change Parley.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-fast page-types validator lint assets lock bench bench-live bench-texts bench-uploads fault clean
.DEFAULT_GOAL := help

help:
	@echo "make run    serve Parley with the demonstration event on http://127.0.0.1:$(PORT)"
	@echo "make test   run every check and test this machine can run"
	@echo "make test-fast FILES=tests/dialogue/test_search.py  only these, on SQLite, with the database of the last run"
	@echo "make page-types  open every type of page in Chromium, and print what it loads, moves and gets wrong"
	@echo "make lint   style and types only"
	@echo "make assets  make the fonts and bundles that pages load, after a change in static/; needs Node 20 and npm"
	@echo "make bench  measure pages, replies and imports over HTTP (Linux); AGAINST=commit to measure that build, too, and"
	@echo "            print the ratios; QUICK=1 is short, SIZES=\"100 5000\" takes other numbers of comments,"
	@echo "            SIZE=million adds that, ONLY=sqlite or ONLY=postgresql takes one database, DATA=folder adds the"
	@echo "            discussions in it"
	@echo "make bench-live  measure what followers cost, and when they hear; FOLLOWERS=\"100 1000\" for other numbers,"
	@echo "                 AGAINST=commit to measure that build, too, and print the ratios"
	@echo "make bench-texts  the ten dearest texts of the length that fits into a comment"
	@echo "make bench-uploads  what twenty large pictures at once take of memory (Linux)"
	@echo "make fault MINUTES=20  break servers while people write, and prove that nothing was lost; SEED=, ONLY=sqlite or"
	@echo "                 ONLY=postgresql; SOAK=30 breaks nothing and watches the memory (Linux)"
	@echo "make lock   renew the pinned requirements from pyproject.toml"

# Python may come without ensurepip (Debian splits it off); say so instead of failing halfway.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Parley needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Installing Python packages into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.stamp-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing Python packages for development into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.stamp

# A key of this machine's own, made once and never committed.
var/secret-key: | $(VENV)/.stamp
	@mkdir -p var
	@umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

run: $(VENV)/.stamp var/secret-key
	@SITE_URL=$${SITE_URL-http://127.0.0.1:$(PORT)} \
		$(BIN)/python manage.py serve --demo --port $(PORT)

test: lint
	@if command -v npm >/dev/null && command -v java >/dev/null; then $(MAKE) --no-print-directory validator; fi
	@$(BIN)/python -m tests.run

# The W3C's validator of HTML, exactly the one of the lock file; runs on Java.
tests/validator/node_modules/.stamp: tests/validator/package-lock.json
	cd tests/validator && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

validator: tests/validator/node_modules/.stamp

page-types: $(VENV)/.stamp-dev validator
	@DATABASE_URL= REDIS_URL= TEST_PART=pages $(BIN)/python -m pytest -s -m browser tests/browser/test_page_types.py

# The database is kept: only new migrations run. Browser tests are a pytest call of their own.
test-fast: $(VENV)/.stamp-dev
	@test -n "$(FILES)" || { echo "Say which: make test-fast FILES=tests/dialogue/test_search.py"; exit 1; }
	@DATABASE_URL= REDIS_URL= TEST_PART=fast $(BIN)/python -m pytest --reuse-db \
		-m "$(if $(findstring browser,$(FILES)),browser,not browser)" $(FILES)

lint: $(VENV)/.stamp-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -type f | xargs $(BIN)/djade --check
	$(BIN)/mypy

# Exactly the esbuild of the lock file, which npm compares with the hashes there.
forum/http/bundling/node_modules/.stamp: forum/http/bundling/package-lock.json
	cd forum/http/bundling && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

assets: $(VENV)/.stamp-dev forum/http/bundling/node_modules/.stamp
	@$(BIN)/python -m forum.http.bundling.fonts
	@node forum/http/bundling/bundle.mjs
	@$(BIN)/python -m forum.http.bundling.finish

# Half an hour on two cores, twice that with AGAINST. Needs no service: what it uses, it starts.
bench: $(VENV)/.stamp-dev
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(if $(SIZES),--sizes $(SIZES)) $(if $(SIZE),--size $(SIZE)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(AGAINST),--against $(AGAINST)) $(if $(DATA),--data $(DATA))

# Ten minutes on two cores. Stop whatever else the machine does, or it measures that.
bench-live: $(VENV)/.stamp-dev
	@$(BIN)/python -m bench.live $(if $(AGAINST),--against $(AGAINST)) $(FOLLOWERS)

bench-texts: $(VENV)/.stamp-dev var/secret-key
	@DJANGO_SETTINGS_MODULE=forum.settings $(BIN)/python -m bench.texts

bench-uploads: $(VENV)/.stamp-dev
	@$(BIN)/python -m bench.uploads

# Needs no service: what it uses and kills, it starts. As root, or a full disk cannot be tried.
MINUTES ?= 20
fault: $(VENV)/.stamp-dev
	@$(BIN)/python -m bench.fault --minutes $(MINUTES) $(if $(SOAK),--soak $(SOAK)) $(if $(SEED),--seed $(SEED)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep $(KEEP))

lock: $(VENV)/.stamp-dev
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --universal --python-version 3.11 \
		pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --universal --python-version 3.11 \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) forum/http/bundling/node_modules tests/validator/node_modules staticfiles .pytest_cache .mypy_cache .ruff_cache
