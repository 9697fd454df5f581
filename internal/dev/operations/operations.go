// Package operations holds the files of docs/operations and the snippets of their kind against
// those who read them: the types of Kubernetes, kustomize, the loader of Compose, actionlint,
// promtool and systemd-analyze. None of them runs anything.
package operations
