# On a fresh Debian 12 or 13 with the .NET 10 SDK and git. Settings: packaging/README.md.
MAKEFLAGS += --no-print-directory
dev := packaging/dev

.PHONY: help run stop token test proof bench deb vm-test clean

help: ## What there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 16

run: ## Start everything and stay in the foreground; Ctrl-C ends it
	@$(dev)/run.sh

stop: ## End what make run started, from another terminal
	@$(dev)/stop.sh

token: ## Print an API token: make token USER=alice
	@$(dev)/token.sh "$(USER)"

test: ## Set up what the tests need, and run all of them
	@$(dev)/test.sh

proof: ## Show at length what make test shows in short (an hour), and write a report
	@$(dev)/proof.sh

bench: ## Measure against the peers, and write a report: make bench ROUNDS=15 ROWS='pods idle podd wake gateway noise'
	@ROUNDS="$(ROUNDS)" ROWS="$(ROWS)" $(dev)/bench.sh

deb: ## Make the Debian package of podd: artifacts/deb/
	@packaging/deb/make.sh

vm-test: ## Install and use that package on an emulated Debian 13 (half an hour)
	@packaging/vm/test

clean: ## Stop, and remove what was built and what the instance kept (not the cache of images)
	@$(dev)/clean.sh
