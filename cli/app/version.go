package app

import (
	"cmp"
	"runtime/debug"

	"github.com/credguide/credguide/checks"
)

// released is the version of a released program, set by the linker: -X github.com/credguide/credguide/cli/app.released=v1.2.3
var released string

// Version is that of the release, else what the Go tool knows of the build.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return cmp.Or(released, "unknown")
	}
	built := info.Main.Version
	if built == "(devel)" {
		built = ""
	}
	return cmp.Or(released, built, "development")
}

// Tool is this program, as reports name it.
func Tool() checks.Tool { return checks.Tool{Name: "credguide", Version: Version()} }
