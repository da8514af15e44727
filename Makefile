# "make" alone says what there is.

SHELL := /bin/sh
CARGO ?= cargo
export CARGO_TARGET_DIR ?= $(CURDIR)/target

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop test coverage seeds goldens fuzz bench build fmt lint release clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Apply, re-plan and destroy examples/quickstart with real Terraform (KEEP=1 leaves it running)
	@scripts/demo

demo-stop: ## Stop what KEEP=1 make demo left running
	@scripts/demo stop

# Everything is built at once, executables and tests, so that nothing is built twice with other features.
test: ## Run every test, acceptance with real Terraform included
	@scripts/check-prerequisites
	@scripts/python-tools
	@scripts/postgres
	$(CARGO) build --workspace --all-targets --locked
	$(CARGO) test --workspace --locked

fuzz: ## Feed rubbish to everything that reads what others wrote (SECONDS=60 for each target)
	@scripts/fuzz $(SECONDS)

coverage: ## Go through the life of each AWS type against each stand-in, and write what passes into docs/contributing/aws-coverage.md
	@scripts/check-prerequisites
	@scripts/python-tools
	$(CARGO) build --workspace --all-targets --locked
	$(CARGO) run --quiet --locked -p acceptance --bin aws-coverage

seeds: ## Make, change and remove every AWS type while AWS throttles, fails, hangs up, loses answers and lags behind, over SEEDS=20 seeds
	@scripts/check-prerequisites
	@scripts/python-tools
	$(CARGO) build --workspace --all-targets --locked
	SEEDS=$(or $(SEEDS),20) $(CARGO) test --locked --workspace --test acceptance -- --nocapture bad_days

goldens: ## Write schemas, plans, messages, reference pages, openapi.yaml and the client made from it anew, to be read as a diff before they are committed
	UPDATE_EXPECT=1 TRYBUILD=overwrite $(CARGO) test --quiet --locked --no-fail-fast -p conformance -p sparki-plan \
	  -p sparki-resources -p sparki-topology -p sparki-derive -p tfplugin-server -p sparki-docgen || true
	UPDATE_EXPECT=1 $(CARGO) test --quiet --locked -p sparki-control-plane --test api openapi || true
	$(CARGO) run --quiet --locked -p sparki-docgen
	$(CARGO) run --quiet --locked -p sparki-client-codegen
	@git status --short

bench: ## Print start-up, schema, memory and plan measurements of a release build
	@scripts/check-prerequisites
	@scripts/bench

build: ## Build everything for development
	@scripts/check-prerequisites build
	$(CARGO) build --workspace --locked

fmt: ## Format Rust and HCL
	$(CARGO) fmt --all
	@scripts/hcl-fmt

lint: ## Check formatting, lints, documentation, licences and sources
	@scripts/lint

release: ## Package the provider for this platform as the registry wants it, into dist/
	@scripts/check-prerequisites build python
	@scripts/release

clean: ## Remove everything that was built or installed here
	@scripts/demo stop
	$(CARGO) clean
	rm -rf .work dist
