# What a developer does with Parley. `make test` is what must pass; it is
# `go run ./internal/check` for those without make.

GO ?= go
BIN := bin/parley
FUZZTIME ?= 1m
BENCHTIME ?= 1s
SEEDS ?= 5000
FIRST ?= 1
REPLAY ?= 0
ROUNDS ?= 100
KILLS ?= 20

.PHONY: help run cluster build test quick platforms release container lint format fuzz sim planted chaos failover posting bench bench-program generate ci clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start a server on ./parley-data
	$(GO) run ./cmd/parley serve

cluster: ## run three nodes, a database server, Redis and HAProxy on this machine
	$(GO) run ./cmd/parley dev-cluster

build: ## build bin/parley, static
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/parley

test: ## everything that must pass: format, vet, lint, fuzz seconds, all tests with -race
	$(GO) run ./internal/check

quick: ## within 2 minutes: tests that need no database server, without the race detector
	$(GO) run ./internal/check -quick

PLATFORMS := darwin/arm64 darwin/amd64 windows/amd64 freebsd/amd64 linux/amd64 linux/arm64 linux/386

platforms: ## build and vet everything, tests too, for every platform (minutes for each, the first time)
	@set -e; for p in $(PLATFORMS); do echo "== $$p"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) build ./...; \
		GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) vet ./...; done

lint: ## format check, vet and lint
	$(GO) run ./internal/check -only format,vet,lint

format: ## format all sources
	$(GO) tool -modfile=tools/go.mod gofumpt -w .

fuzz: ## fuzz every target for FUZZTIME each
	$(GO) run ./internal/check -only fuzz -fuzztime $(FUZZTIME)

chaos: ## kill, freeze and cut the real program, ROUNDS times each, and account for every message
	$(GO) test ./test/crash ./test/cluster -run TestChaos -v -timeout 2h -chaos.rounds $(ROUNDS)

failover: ## kill the primary of a PostgreSQL pair and of a Galera cluster, KILLS times each, and account for every message
	$(GO) test ./test/crash -run TestFailover -v -timeout 2h -failover.kills $(KILLS)

posting: ## kill nodes that send without a connection, ROUNDS times, and account for every message
	$(GO) test ./test/crash -run TestSendingWithoutAConnection -v -timeout 2h -posting.kills $(ROUNDS)

sim: ## simulate clusters: SEEDS of them from FIRST on, or REPLAY one after those from FIRST on
	@if [ $(REPLAY) != 0 ]; then \
		$(GO) test -overlay "$$($(GO) run ./test/sim/steady)" -tags steady ./test/sim -run '^TestSeeds$$' -v -sim.first=$(FIRST) -sim.replay=$(REPLAY); \
	else \
		$(GO) test -overlay "$$($(GO) run ./test/sim/steady)" -tags steady ./test/sim -run '^TestSeeds$$' -v -timeout 24h \
			-sim.procs=$$(nproc) -sim.first=$(FIRST) -sim.seeds=$(SEEDS) -sim.duration=0; \
	fi

planted: ## show that the simulation finds the mistakes that are planted
	$(GO) run ./test/sim/planted

bench: ## benchmarks of the parts
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./wire ./client/... ./internal/...

bench-program: ## benchmarks of the whole program: CPU and memory of the server, beside a bare relay
	$(GO) test ./test/load -run '^$$' -bench Direct -benchtime 200000x
	$(GO) test ./test/load -run '^$$' -bench Group -benchtime 2000x
	$(GO) test ./test/load -run '^$$' -bench CatchUp -benchtime 20x
	$(GO) test ./test/load -run '^$$' -bench LoginByToken -benchtime 10000x
	$(GO) test ./test/load -run '^$$' -bench Idle -benchtime 1x
	$(GO) test ./test/load -run '^$$' -bench Cluster -benchtime 1x -timeout 20m

container: ## the whole check in a Linux container, for those on a Mac or Windows; needs Docker
	docker run --rm -v "$(CURDIR):/src" -w /src -v parley-check:/root golang:1.26-bookworm go run ./internal/check

release: ## static binaries for all platforms in dist/, with checksums and lists of what is in them
	$(GO) -C tools run ./release -to ../dist

generate: ## write the generated parts of the docs, the schema and types of frames, and the licences
	$(GO) -C tools run ./licences
	$(GO) generate ./wire
	$(GO) test ./internal/server -run TestReference -update

ci: ## what CI runs
	.ci/run

clean: ## remove what was built
	rm -rf bin dist
