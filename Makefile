# Thin on purpose: every target is a script in scripts/, which can be read and run by itself.
# Variables given on the command line reach the scripts: `make run PORT=9000`, `make test FILTER=NeedsTests`.

.PHONY: help run test ci ci-long bench format clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, serve http://localhost:8080 with a demonstration database (PORT, HOST, CIVIL_DATABASE)
	@exec scripts/run

test: ## install what is missing and run all tests on both database engines and in a browser (FILTER)
	@exec scripts/test

ci: ## what must pass before a change goes in: formatting, strict build, translations, tests, short fault tests
	@exec scripts/ci

ci-long: ## the same with the full fault tests
	@exec scripts/ci --long

bench: ## measure the budgets and print them beside the bars
	@exec scripts/bench

format: ## format the Swift sources in place
	@swift format --in-place --recursive --parallel Package.swift Sources Tests Tools Benchmarks

clean: ## remove what was built; keeps var/ with its database and keys
	rm -rf .build .build-release .build-static .build-python Tools/*/.build
