package credentials

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// candidate is one value in one place. The client ID is held as a Secret
// too while it is looked for: where the two were swapped, it is the secret.
type candidate struct {
	set    bool
	text   Secret
	source Source
}

// blank reports an empty value, or one of white space alone: what a script
// writes when its variable is not set.
func (c candidate) blank() bool { return strings.TrimSpace(c.text.Reveal()) == "" }

func (c candidate) equal(other candidate) bool { return c.text.Equal(other.text) }

// place is one source with the values that it holds.
type place struct {
	kind    Kind
	values  map[Value]candidate
	blocked map[Value]bool // the user named this place and it cannot be read
}

func newPlace(kind Kind) *place {
	return &place{kind: kind, values: map[Value]candidate{}, blocked: map[Value]bool{}}
}

func (p *place) put(value Value, text Secret, source Source) {
	p.values[value] = candidate{set: true, text: text, source: source}
}

// pair reports whether the place holds both halves, empty or not: so the
// openEO Python client asks the environment.
func (p *place) pair() bool {
	return p.values[ClientID].set && p.values[ClientSecret].set
}

// journal collects what happened while looking.
type journal struct {
	looked     []Looked
	exposed    []Exposure
	unreadable []UnreadableFile
	notes      []Note
	providers  []string // that auth-config.json has for the back-end
	untaken    Untaken
	passedOver bool // what is wrong with auth-config.json does not end the openEO Python client
	shared     bool // others have a permission on auth-config.json, so the openEO Python client does not read it
	left       bool // by whom it asked
}

func (j *journal) note(source Source, text string) {
	j.notes = append(j.notes, Note{Source: source, Text: text})
}

func (j *journal) look(source Source, value Value, outcome Outcome, detail string) {
	j.looked = append(j.looked, Looked{Source: source, Value: value, Outcome: outcome, Detail: detail})
}

// lookAt records the outcome for a value that is there.
func (j *journal) lookAt(value Value, c candidate) {
	switch {
	case c.text.IsZero():
		j.look(c.source, value, Empty, "")
	case c.blank():
		j.look(c.source, value, Empty, fmt.Sprintf("only white space (%s)", text.Plural(c.text.Len(), "character")))
	default:
		j.look(c.source, value, Found, "")
	}
}

func (j *journal) cannotRead(source Source, explicit bool, err error) {
	j.left = j.left || errors.Is(err, context.Canceled)
	j.look(source, "", Unreadable, err.Error())
	j.unreadable = append(j.unreadable, UnreadableFile{Source: source, Path: source.Path, Explicit: explicit, Reason: err.Error(), Passing: files.Passing(err)})
}

// checkMode records a file that other users can read or change. The openEO
// Python client counts every permission of others in its own file, so
// others says which bits matter.
func (j *journal) checkMode(source Source, mode, others fs.FileMode) {
	seen := files.Permissions(mode)
	if !mode.IsRegular() || seen&others == 0 {
		return
	}
	volume := inSecretVolume(source.Path)
	if (volume || isSystemdCredential(source.Path)) && seen&others&^0o070 == 0 {
		return
	}
	j.exposed = append(j.exposed, Exposure{Source: source, Path: source.Path, Mode: seen, Volume: volume})
	j.look(source, "", Exposed, fmt.Sprintf("mode %03o", seen))
}

// inSecretVolume tells a file of a Secret that Kubernetes mounted: its writer
// puts the files of a volume behind a link called ..data. Such a file belongs
// to root, and to the group of the pod (fsGroup) where there is one; nobody
// else is in that group.
func inSecretVolume(path string) bool {
	folder := filepath.Dir(path)
	for _, at := range []string{folder, filepath.Dir(folder)} { // a key may stand in a folder of its own
		if info, err := os.Lstat(filepath.Join(at, "..data")); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// isSystemdCredential tells a file that LoadCredential= made. It may show the
// mode 0440, because a file with an access list shows the list's widest
// entry in the place of the group's; the list names the unit's user alone.
func isSystemdCredential(path string) bool {
	return strings.HasPrefix(filepath.Clean(path), "/run/credentials/")
}
