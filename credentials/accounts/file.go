package accounts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/files"
)

// File is the person's own accounts file. Every change is made under a lock and written as a whole,
// so that two runs at once lose nothing and a full disk leaves the old file; entries that are not
// changed stay as they are, byte for byte.
type File struct {
	Path string // empty: no folder is known
}

// ErrNoFolder is the error where no place for the accounts is known.
var ErrNoFolder = errors.New("find your accounts: the home folder is not known; name a file with " + Variable)

// Load reads the file. One that is not there holds no accounts.
func (f File) Load() (List, error) {
	data, err := f.read()
	if err != nil {
		return List{Path: f.Path, Folder: filepath.Dir(f.Path)}, err
	}
	return f.parse(data)
}

func (f File) parse(data []byte) (List, error) {
	folder, err := filepath.Abs(filepath.Dir(f.Path))
	if err != nil {
		folder = filepath.Dir(f.Path)
	}
	return Read(f.Path, folder, data, true)
}

func (f File) read() ([]byte, error) {
	if f.Path == "" {
		return nil, ErrNoFolder
	}
	info, err := os.Stat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read your accounts: %s: %w", f.Path, files.Plain(err))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("read your accounts: %s: not an ordinary file", f.Path)
	}
	data, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, fmt.Errorf("read your accounts: %s: %w", f.Path, files.Plain(err))
	}
	return data, nil
}

// Exposure warns of a list that names commands and that other users may change: they could then run
// what they like. A list that others may only read tells them no secret.
func Exposure(l List, mode fs.FileMode) string {
	if !mode.IsRegular() || files.Permissions(mode)&0o022 == 0 || !l.RunsCommands() {
		return ""
	}
	return fmt.Sprintf("other users may change %s (mode %03o), and it names commands that credguide runs as you; chmod go-w %s",
		Shown(l.Path), mode.Perm(), Shown(l.Path))
}

// Warning is Exposure for the file itself.
func (f File) Warning(l List) string {
	info, err := os.Stat(f.Path)
	if err != nil {
		return ""
	}
	return Exposure(l, info.Mode())
}

// Add adds an account.
func (f File) Add(ctx context.Context, a Account) error {
	if err := CheckName(a.Name); err != nil {
		return err
	}
	return f.change(ctx, a.Name, func(l List, text *catalog.ListText) error {
		if old, err := l.Find(a.Name); err == nil {
			return fmt.Errorf("the name %s is taken (%s:%d)", a.Name, f.Path, old.Line)
		}
		return text.Append(differences(Account{}, a))
	})
}

// Update changes an account. Its name stays; Rename changes that.
func (f File) Update(ctx context.Context, name string, change func(*Account)) error {
	return f.change(ctx, name, func(l List, text *catalog.ListText) error {
		at, err := l.index(name)
		if err != nil {
			return err
		}
		old := l.Entries[at].Account
		updated := old
		updated.Labels, updated.Ignore = maps.Clone(old.Labels), maps.Clone(old.Ignore)
		change(&updated)
		updated.Name = name
		return text.Set(at, differences(old, updated))
	})
}

// Rename gives an account another name.
func (f File) Rename(ctx context.Context, old, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return f.change(ctx, name, func(l List, text *catalog.ListText) error {
		at, err := l.index(old)
		if err != nil {
			return err
		}
		if taken, err := l.Find(name); err == nil && old != name {
			return fmt.Errorf("the name %s is taken (%s:%d)", name, f.Path, taken.Line)
		}
		return text.Set(at, []catalog.Field{{Name: "name", Value: catalog.TextValue(name)}})
	})
}

// Remove takes an account out of the file and returns it. The secret stays where it is.
func (f File) Remove(ctx context.Context, name string) (Account, error) {
	var gone Account
	err := f.change(ctx, "", func(l List, text *catalog.ListText) error {
		at, err := l.index(name)
		if err != nil {
			return err
		}
		gone = l.Entries[at].Account
		text.Remove(at)
		return nil
	})
	return gone, err
}

func (l List) index(name string) (int, error) {
	entry, err := l.Find(name)
	return entry.Number - 1, err
}

// differences are the keys that a change sets or takes away.
func differences(old, updated Account) []catalog.Field {
	var fields []catalog.Field
	for _, k := range table {
		before, after := k.get(old), k.get(updated)
		if !sameValue(before, after) {
			fields = append(fields, catalog.Field{Name: k.name, Value: after})
		}
	}
	return fields
}

func sameValue(a, b catalog.Value) bool {
	return a.Kind == b.Kind && a.Text == b.Text && slices.EqualFunc(a.Items, b.Items, sameValue) &&
		slices.EqualFunc(a.Fields, b.Fields, func(x, y catalog.Field) bool { return x.Name == y.Name && sameValue(x.Value, y.Value) })
}

// change makes one change. What it writes is read again first: the entry named must be without a
// fault then.
func (f File) change(ctx context.Context, name string, change func(List, *catalog.ListText) error) error {
	if f.Path == "" {
		return ErrNoFolder
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
		return fmt.Errorf("write your accounts: %s: %w", f.Path, files.Plain(err))
	}
	unlock, err := lock(ctx, f.Path)
	if err != nil {
		return err
	}
	defer unlock()
	before, err := f.read()
	if err != nil {
		return err
	}
	after, err := f.changed(before, name, change)
	if err != nil {
		return err
	}
	// An editor takes no lock.
	if again, err := f.read(); err != nil || !bytes.Equal(again, before) {
		return errors.Join(fmt.Errorf("%s was changed by another program in this moment; nothing was written, try again", f.Path), err)
	}
	if err := files.Replace(f.Path, after, files.Private); err != nil {
		return fmt.Errorf("write your accounts: %s: %w", f.Path, err)
	}
	return nil
}

func (f File) changed(before []byte, name string, change func(List, *catalog.ListText) error) ([]byte, error) {
	l, err := f.parse(before)
	if err != nil {
		return nil, err
	}
	text, err := catalog.OpenList(f.Path, before)
	if err != nil {
		return nil, err
	}
	if err := change(l, text); err != nil {
		return nil, err
	}
	after, err := text.Bytes()
	if err != nil {
		return nil, err
	}
	l, err = f.parse(after)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return after, nil
	}
	entry, err := l.Find(name)
	if err != nil {
		return nil, err
	}
	return after, entry.Fault
}
