package snippet

import (
	"regexp"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/packaging"
)

// Origin is where a CI job gets credguide from. The job holds the secret, so what it runs is named
// by something that cannot come to stand for other code: a whole commit, or a released version,
// which Go's checksum database fixes. A branch, or the newest version, is whatever the owner of the
// name makes it.
type Origin struct {
	Module, Homepage string
	// Ref is a commit or a version. It is empty where this build knows neither: then the person has
	// to choose.
	Ref string
	// Released tells which of the two Ref is.
	Released bool
}

var (
	wholeCommit     = regexp.MustCompile(`^[0-9a-f]{40}$`)
	releasedVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?$`)
)

// originOf is the version of this program, if it was released, else its commit.
func originOf(names packaging.Project, build app.Build) Origin {
	o := Origin{Module: names.Module, Homepage: names.Homepage}
	switch {
	case names.Released && releasedVersion.MatchString(build.Version):
		o.Ref, o.Released = "v"+build.Version, true
	case wholeCommit.MatchString(build.Commit):
		o.Ref = build.Commit
	}
	return o
}
