package app

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/packaging"
)

// What the linker sets in a build by `make dist`: -X MODULE/cli/app.version=1.2.3, and likewise the
// others.
var (
	version string
	commit  string // all 40 digits
	date    string // of the commit, RFC 3339
)

// Build says which build of the program this is. What is not known is empty.
type Build struct {
	Version string // without a v in front
	Commit  string // with "+changes" where the tree differed from it
	Date    string // of the commit, RFC 3339
}

// ThisBuild is what the linker was told, else what the Go tool knows.
func ThisBuild() Build {
	b := Build{Version: version, Commit: commit, Date: date}
	info, ok := debug.ReadBuildInfo()
	if !ok || version != "" {
		b.Version = cmp.Or(b.Version, "unknown")
		return b
	}
	return knownToGo(info)
}

func knownToGo(info *debug.BuildInfo) Build {
	b := Build{Version: strings.TrimPrefix(info.Main.Version, "v")}
	if b.Version == "(devel)" || b.Version == "" {
		b.Version = "development"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Commit = s.Value + b.Commit
		case s.Key == "vcs.time":
			b.Date = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			b.Commit += "+changes"
		}
	}
	return b
}

// String is the build in one line, for people.
func (b Build) String() string {
	parts := []string{runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if b.Date != "" {
		parts = append([]string{b.Date}, parts...)
	}
	if b.Commit != "" {
		parts = append([]string{"commit " + b.Commit}, parts...)
	}
	return fmt.Sprintf("%s (%s)", b.Version, strings.Join(parts, ", "))
}

// Made is when the source of this build was committed; ok is false where nobody knows.
func (b Build) Made() (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339, b.Date)
	return at.UTC(), err == nil
}

// Version is that of the release, else what the Go tool knows of the build.
func Version() string { return ThisBuild().Version }

// Tool is this program, as reports name it.
func Tool() checks.Tool {
	b := ThisBuild()
	return checks.Tool{Name: packaging.Names().Program, Version: b.Version, Commit: b.Commit, Date: b.Date}
}
