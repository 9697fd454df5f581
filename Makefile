# Shortcuts. Nothing here is needed: each line is a command that can be typed.
.PHONY: build test race fuzz acceptance lint generate dist image site ci

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

dist: # all that a release consists of, into dist/
	go run ./internal/dev/dist

image: # the container image with what belongs to it, into dist/
	go run ./internal/dev/dist -only linux/amd64,linux/arm64

site: # the documentation as a site, into .cache/site
	packaging/site/build

ci:
	.ci/run
