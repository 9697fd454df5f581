# Shortcuts. Nothing here is needed: each line is a command that can be typed.
.PHONY: build test race fuzz acceptance lint generate ci

build:
	go build -o credguide .

test:
	go test ./...

race fuzz acceptance:
	.ci/run $@

lint:
	.ci/run format staticcheck lint

generate:
	go generate ./internal/dev/docgen

ci:
	.ci/run
