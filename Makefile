# Everything here works from a bare clone with Python 3.11+, make and a package index.
PYTHON ?= python3
BIN := .venv/bin
JUDGES := .venv/judges
PLAYER := build/player
AXE := build/axe
VENDORED := pipeline/web/vendor

# Without what Python keeps of compiled modules, each of some hundred processes compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check lint exhibits judges browser pictures vendor schema lock bench soak mutations clean

help:
	@echo "make demo    a press room on loopback, polled, archived and compared: under a minute, no network"
	@echo "make test    the tests, offline"
	@echo "make check   all that CI runs: format, lint, types, layers, tests, demo, outside judges, docs"
	@echo "make judges  what outsiders say: warcio, fastwarc, Go's x/mod, OpenSSL, wacz, pywb"
	@echo "make browser what Chromium shows of a bundle in ReplayWeb.page, and of our own web page"
	@echo "make bench   Dateline's cost beside a bare httpx loop, the log's share, the audit beside warcio"
	@echo "make soak    10,000 pages, a year of 200 sites, a million documents, a crash at every write"
	@echo "make mutations  what is done to an archive, and whether the audit sees it: docs/mutations.md"
	@echo "make pictures  the pictures of the web page in docs/, over the demo's archive"
	@echo "make vendor  copy what browsers get that others wrote out of its packages anew"
	@echo "make lock    pin the dependencies anew, hashes alone"

# The stamp holds the digest of what was installed, so that a changed lock installs again.
.venv/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# What judges others' formats never meets the code that is judged.
$(JUDGES)/installed: requirements/judges.txt
	$(PYTHON) -m venv $(JUDGES)
	$(JUDGES)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(JUDGES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/judges.txt
	touch $@

# ReplayWeb.page, for tests alone.  The digest is that of the package which was looked at.
$(PLAYER)/installed: requirements/player.sha512
	rm -rf $(PLAYER)
	mkdir -p $(PLAYER)
	cd $(PLAYER) && npm pack --silent replaywebpage@2.5.3
	cd $(PLAYER) && sha512sum --check --strict $(CURDIR)/requirements/player.sha512
	tar --extract --gzip --directory $(PLAYER) --file $(PLAYER)/replaywebpage-2.5.3.tgz
	touch $@

# What browsers get from us that others wrote: taken out of packages whose digests were looked at.
vendor:
	rm -rf build/vendor
	mkdir -p build/vendor/htmx build/vendor/replaywebpage
	cd build/vendor && npm pack --silent htmx.org@2.0.8 replaywebpage@2.5.3
	cd build/vendor && sha512sum --check --strict $(CURDIR)/requirements/vendored.sha512
	for package in htmx.org-2.0.8:htmx replaywebpage-2.5.3:replaywebpage; do \
		tar --extract --gzip --file build/vendor/$${package%:*}.tgz --directory build/vendor/$${package#*:} --strip-components 1 || exit 1; \
		cp build/vendor/$${package#*:}/LICENSE $(VENDORED)/$${package#*:}.LICENSE || exit 1; \
	done
	cp build/vendor/htmx/dist/htmx.min.js build/vendor/replaywebpage/ui.js build/vendor/replaywebpage/sw.js $(VENDORED)
	cd $(VENDORED) && sha256sum *.js *.LICENSE > SHA256SUMS

# axe-core judges our pages and is no part of them.
$(AXE)/installed: requirements/axe.sha512
	rm -rf $(AXE)
	mkdir -p $(AXE)
	cd $(AXE) && npm pack --silent axe-core@4.11.0
	cd $(AXE) && sha512sum --check --strict $(CURDIR)/requirements/axe.sha512
	tar --extract --gzip --directory $(AXE) --file $(AXE)/axe-core-4.11.0.tgz
	touch $@

demo: .venv/installed
	$(BIN)/python -m fixtures.demo

# One process more than there are cores, because many a test waits for a process or for a clock.
test: .venv/installed
	$(BIN)/pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal --quiet --durations 25

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dateline check

exhibits: demo
	$(BIN)/python tests/judges/exhibits.py build/demo build/judges

judges: exhibits $(JUDGES)/installed
	$(BIN)/python tests/judges/judge_demo.py build/demo/archive
	$(BIN)/python tests/judges/judge_demo.py build/judges/archive
	$(BIN)/python tests/judges/judge_ledger.py build/judges
	$(BIN)/python tests/judges/judge_time.py build/judges
	$(BIN)/python tests/judges/judge_bundle.py $(CURDIR)/$(JUDGES)/bin build/judges/*.wacz

browser: exhibits $(JUDGES)/installed $(PLAYER)/installed $(AXE)/installed
	$(JUDGES)/bin/python tests/browser/judge_replay.py $(PLAYER)/package build/judges/*.wacz
	$(JUDGES)/bin/python tests/browser/judge_page.py $(BIN)/dateline build/demo $(AXE)/package/axe.min.js

# What docs/ shows of the web page, over the demo's archive.
pictures: exhibits $(JUDGES)/installed $(AXE)/installed
	$(JUDGES)/bin/python tests/browser/judge_page.py $(BIN)/dateline build/demo $(AXE)/package/axe.min.js build/pictures
	cp build/pictures/diff-light-1280.png docs/pictures/comparison.png
	cp build/pictures/provenance-light-1280.png docs/pictures/provenance.png

# The tests, which take longest, beside all the rest, which mostly waits.
check:
	$(MAKE) --jobs=2 --output-sync=target --no-print-directory test lint demo judges browser

schema: .venv/installed
	$(BIN)/python -m pipeline.sites.schema > configs/site.schema.json.new
	mv configs/site.schema.json.new configs/site.schema.json
	$(BIN)/python -P pipeline/catalog/spelling.py > pipeline/catalog/tables.py.new
	mv pipeline/catalog/tables.py.new pipeline/catalog/tables.py

bench: .venv/installed
	$(BIN)/python benchmarks/cost.py
	$(BIN)/python benchmarks/ledger.py
	$(BIN)/python benchmarks/audit.py
	$(BIN)/python benchmarks/unchanged.py
	$(BIN)/python benchmarks/extraction.py --speed
	$(BIN)/python benchmarks/search.py

soak: .venv/installed
	$(BIN)/python benchmarks/soak.py
	$(BIN)/python benchmarks/press_day.py
	$(BIN)/python benchmarks/watch.py
	$(BIN)/python benchmarks/copies.py
	$(BIN)/python benchmarks/drift.py
	$(BIN)/python -W ignore -m fixtures.year
	DATELINE_SOAK=1 $(BIN)/pytest --numprocesses auto --quiet tests/crash
	$(BIN)/python -W ignore -m tests.mutations.score

mutations: .venv/installed
	$(BIN)/python -W ignore -m tests.mutations.score --save

lock: .venv/installed
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --output-file requirements/build.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/judges.in --output-file requirements/judges.txt

clean:
	rm -rf .venv build dist
