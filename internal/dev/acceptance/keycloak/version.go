//go:build acceptance

package keycloak

import (
	"os"
	"strconv"
	"strings"
)

const (
	// Ancient is one that is still met: it speaks like the newer ones in most
	// things, but in pages where they have JSON.
	Ancient = "22.0.5"
	// Oldest is the version on which most facts were measured first.
	Oldest = "26.3.4"
	// Newest is the newest one on Maven Central when this was written.
	Newest = "26.7.3"
	// VersionsVariable overrides the list, separated by commas.
	VersionsVariable = "CREDGUIDE_KEYCLOAK_VERSIONS"
)

// Versions lists the versions that the acceptance tests run on.
func Versions() []string {
	var versions []string
	for version := range strings.SplitSeq(os.Getenv(VersionsVariable), ",") {
		if version = strings.TrimSpace(version); version != "" {
			versions = append(versions, version)
		}
	}
	if len(versions) == 0 {
		return []string{Ancient, Oldest, Newest}
	}
	return versions
}

// Last is the last of them, which has the most beside it.
func Last() string {
	versions := Versions()
	return versions[len(versions)-1]
}

// AtLeast compares two dotted versions by number. An empty minimum is met by
// every version.
func AtLeast(version, minimum string) bool {
	if minimum == "" {
		return true
	}
	have, want := strings.Split(version, "."), strings.Split(minimum, ".")
	for i := range want {
		if i >= len(have) {
			return false
		}
		h, _ := strconv.Atoi(have[i])
		w, _ := strconv.Atoi(want[i])
		if h != w {
			return h > w
		}
	}
	return true
}
