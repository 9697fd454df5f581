package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTally(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"all is well", `
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}`,
			"ok  \tp\t0.1s\n1 passed, 0 failed, 1 skipped\n"},
		{"a failure among others", `
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"output","Package":"q","Test":"TestA","Output":"    a_test.go:1: wrong\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"q","Test":"TestA"}
{"Action":"output","Package":"q","Output":"FAIL\n"}
{"Action":"fail","Package":"q"}`,
			"    a_test.go:1: wrong\nFAIL\n1 passed, 1 failed, 0 skipped\n"},
		{"a panic leaves tests without an end", `
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}`,
			"panic: oh\nFAIL\tp\t0.1s\n0 passed, 0 failed, 0 skipped\n"},
		{"it does not build", `
{"ImportPath":"p","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}`,
			"p.go:1: undefined: x\nFAIL\tp [build failed]\n0 passed, 0 failed, 0 skipped\n"},
		{"go itself speaks", "go: cannot find main module\n", "go: cannot find main module\n0 passed, 0 failed, 0 skipped\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out strings.Builder
			if err := tally(strings.NewReader(strings.TrimPrefix(tc.in, "\n")), &out); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, out.String()); d != "" {
				t.Error(d)
			}
		})
	}
}
