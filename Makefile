# The commands of Varco. Each installs what it needs, says what it does, and can be run twice.
# What they do is written in conformance/lib; on another system than Debian read there what to install.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test quick check bench fuzz mutants

help: ## this list
	@echo "Varco. Commands:"
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 14

demo: ## the whole job in a browser: Varco, a test identity provider, demo portals
	@conformance/lib/demo

test: ## everything CI runs (within 40 minutes on two cores, from an empty cache)
	@conformance/lib/test

quick: ## format, lint, tests on SQLite, one walk (within 5 minutes once built)
	@conformance/lib/quick

check: ## format, lint, and which crates and licences come in
	@conformance/lib/check

bench: ## operations per second, latency, CPU per operation (release build)
	@conformance/lib/bench

fuzz: ## what strangers send, changed for as long as one likes (FUZZ_SECONDS for each target, 600)
	@conformance/lib/fuzz

mutants: ## changes the rules line by line: does a test notice? (by hand, hours; MUTANTS_FILES)
	@conformance/lib/mutants
