package app

import (
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestWhatTheGoToolKnows(t *testing.T) {
	settings := func(pairs ...string) (list []debug.BuildSetting) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	for _, tc := range []struct {
		name string
		info debug.BuildInfo
		want Build
	}{
		{"go run", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, Build{Version: "development"}},
		{"go test", debug.BuildInfo{}, Build{Version: "development"}},
		{"go install", debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, Build{Version: "1.2.3"}},
		{
			"go build in a clone",
			debug.BuildInfo{
				Main:     debug.Module{Version: "v0.0.0-20261123101112-0123456789ab+dirty"},
				Settings: settings("vcs.revision", "0123456789abcdef", "vcs.time", "2026-11-23T10:11:12Z", "vcs.modified", "true"),
			},
			Build{Version: "0.0.0-20261123101112-0123456789ab+dirty", Commit: "0123456789abcdef+changes", Date: "2026-11-23T10:11:12Z"},
		},
	} {
		if got := knownToGo(&tc.info); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

func TestBuildInOneLine(t *testing.T) {
	b := Build{Version: "1.2.3", Commit: "abc", Date: "2026-11-23T10:11:12Z"}
	if got := b.String(); !strings.HasPrefix(got, "1.2.3 (commit abc, 2026-11-23T10:11:12Z, go") {
		t.Errorf("%q", got)
	}
	if at, ok := b.Made(); !ok || !at.Equal(time.Date(2026, 11, 23, 10, 11, 12, 0, time.UTC)) {
		t.Errorf("made %v, %v", at, ok)
	}
	if got := (Build{Version: "development"}).String(); !strings.HasPrefix(got, "development (go") {
		t.Errorf("%q", got)
	}
	if _, ok := (Build{}).Made(); ok {
		t.Error("a build without a date has one")
	}
}
