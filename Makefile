# Few commands; each makes Node and the libraries ready first. `make help` says what they do.
.PHONY: help demo start test dev check bench sim
.DEFAULT_GOAL := help

help:
	@echo 'make demo    a running system with simulated channels, orders coming in (PORT=8080, GODOWN_DATA_DIR, GODOWN_DEMO_RATE)'
	@echo 'make start   the server for real use; an empty database prints a one-time link to set it up'
	@echo 'make dev     like demo, restarting when the source changes'
	@echo 'make test    every test; the last line is "N passed, N failed" (TESTS=path for some)'
	@echo 'make check   types, lint, tidy and unit tests: before every commit'
	@echo 'make bench   measures against the floor and prints a table'
	@echo 'make sim     seeded simulations: kills, a storm of faults, days of eleven marketplaces (SEED=1 DAYS=7)'
	@echo './godown help lists all commands.'

demo:
	@./godown demo

start:
	@./godown serve

dev:
	@./godown run tools/dev.ts

test:
	@./godown run tools/test.ts $(TESTS)

check:
	@./godown run tools/check.ts

bench:
	@./godown bench

sim:
	@./godown sim --seed $(or $(SEED),1) $(if $(DAYS),--days $(DAYS))
