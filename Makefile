# `make` alone builds; `make test` is all that a change has to pass, with `make check`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

# cargo honours CARGO_TARGET_DIR; so does what runs its binaries.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

.PHONY: build run test test-rust test-browser check fmt bench tools clean

build:
	cargo build --release --locked

run:
	cargo run --release --locked

test: tools
	$(MAKE) --no-print-directory --keep-going test-rust test-browser

# Where suites keep their data: in memory, where four gigabytes of it are free. They kill servers, not
# machines, so that no proof of theirs needs a disk's time.
ROOM_KB := 4194304
SUITE_TMPDIR := $(shell free=$$(awk '/^MemAvailable/ { print $$2 }' /proc/meminfo 2>/dev/null || true); \
	shared=$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1 || true); \
	if [[ -w /dev/shm && $${free:-0} -gt $(ROOM_KB) && $${shared:-0} -gt $(ROOM_KB) ]]; \
	then echo /dev/shm; else echo $${TMPDIR:-/tmp}; fi)

# The server of the suites runs as another user than root: memory is open to that one, a TMPDIR may not be.
SUITE_ROOM := $(or $(TRACKHOLD_TEST_ROOM),$(filter /dev/shm,$(SUITE_TMPDIR)))

# One PostgreSQL for all suites. A part of them: make test-rust ONLY='-p store --test crash'
ONLY ?= --workspace
# The binary comes with the suites, so that what they share with it is compiled once.
test-rust:
	cargo test --locked --workspace --no-run
	TMPDIR=$(SUITE_TMPDIR) TRACKHOLD_TEST_ROOM=$(SUITE_ROOM) TRACKHOLD_BIN=$(TARGET)/debug/trackhold \
		scripts/with-postgres cargo test --locked --no-fail-fast $(ONLY)

# A part of them: make test-browser ONLY_BROWSER='--project=phone story'
ONLY_BROWSER ?=
test-browser: tools
	cargo test --locked --workspace --no-run
	cd tests/browser && TMPDIR=$(SUITE_TMPDIR) TRACKHOLD_BIN=$(TARGET)/debug/trackhold node_modules/.bin/playwright test $(ONLY_BROWSER)

check: tools
	scripts/check

fmt:
	cargo fmt --all

# The package `benches` runs against the release build and a throw-away PostgreSQL. A thousand listeners take as
# many descriptors, at both ends.
bench: tools
	cargo build --release --locked --package trackhold
	ulimit -S -n 4096 2>/dev/null || true; \
		TRACKHOLD_BIN=$(TARGET)/release/trackhold scripts/with-postgres cargo bench --locked --package benches

tools:
	@scripts/install-test-tools

clean:
	cargo clean
	rm -rf crates/ui/node_modules tests/browser/node_modules tests/browser/out
