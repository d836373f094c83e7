# What a developer does with Parley. `make test` is what must pass; it is
# `go run ./internal/check` for those without make.

GO ?= go
BIN := bin/parley
FUZZTIME ?= 1m
BENCHTIME ?= 1s

.PHONY: help run build test quick lint format fuzz bench generate ci clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start a server on ./parley-data
	$(GO) run ./cmd/parley serve

build: ## build bin/parley, static
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/parley

test: ## everything that must pass: format, vet, lint, fuzz seconds, all tests with -race
	$(GO) run ./internal/check

quick: ## tests without the race detector
	$(GO) test ./...

lint: ## format check, vet and lint
	$(GO) run ./internal/check -only format,vet,lint

format: ## format all sources
	$(GO) tool -modfile=tools/go.mod gofumpt -w .

fuzz: ## fuzz every target for FUZZTIME each
	$(GO) run ./internal/check -only fuzz -fuzztime $(FUZZTIME)

bench: ## all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

generate: ## write the generated parts of the docs
	$(GO) test ./internal/server -run TestReference -update

ci: ## what CI runs
	.ci/run

clean: ## remove what was built
	rm -rf bin
