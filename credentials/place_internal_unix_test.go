//go:build !windows

package credentials

import (
	"io/fs"
	"testing"
)

// A credential of systemd shows the widest entry of its access list as the group's bits; others'
// bits count there too.
func TestTheModeOfASystemdCredential(t *testing.T) {
	const unit = "/run/credentials/credguide.service/nightly"
	for _, tc := range []struct {
		path    string
		mode    fs.FileMode
		exposed bool
	}{
		{unit, 0o400, false},
		{unit, 0o440, false},
		{unit, 0o444, true},
		{"/run/credentials/../nightly", 0o440, true},
		{"/etc/credguide/nightly", 0o440, true},
	} {
		var j journal
		j.checkMode(Source{Path: tc.path}, tc.mode, 0o066)
		if (len(j.exposed) == 1) != tc.exposed {
			t.Errorf("%s, mode %03o: %v", tc.path, tc.mode, j.exposed)
		}
	}
}
