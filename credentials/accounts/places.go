package accounts

import (
	"path/filepath"
)

// Variable names another file in the place of the person's own accounts.yaml.
const Variable = "CREDGUIDE_ACCOUNTS"

// Places tells where a person's files are. All that it looks at of the machine comes in with it.
type Places struct {
	Lookup func(name string) (string, bool)
	GOOS   string // as runtime.GOOS
	Home   string // empty: unknown
}

func (p Places) variable(name string) string {
	if p.Lookup == nil {
		return ""
	}
	value, _ := p.Lookup(name)
	return value
}

// ConfigFolder is the person's folder for settings (as os.UserConfigDir finds it); empty: not
// known.
func (p Places) ConfigFolder() string {
	switch {
	case p.GOOS == "windows" && p.variable("AppData") != "":
		return p.variable("AppData")
	case p.GOOS != "windows" && p.GOOS != "darwin" && filepath.IsAbs(p.variable("XDG_CONFIG_HOME")):
		return p.variable("XDG_CONFIG_HOME")
	case p.Home == "":
		return ""
	case p.GOOS == "windows":
		return filepath.Join(p.Home, "AppData", "Roaming")
	case p.GOOS == "darwin":
		return filepath.Join(p.Home, "Library", "Application Support")
	}
	return filepath.Join(p.Home, ".config")
}

// stateFolder is the person's folder for what programs remember between runs.
func (p Places) stateFolder() string {
	switch {
	case p.GOOS == "windows" && p.variable("LocalAppData") != "":
		return p.variable("LocalAppData")
	case p.GOOS != "windows" && p.GOOS != "darwin" && filepath.IsAbs(p.variable("XDG_STATE_HOME")):
		return p.variable("XDG_STATE_HOME")
	case p.Home == "":
		return ""
	case p.GOOS == "windows":
		return filepath.Join(p.Home, "AppData", "Local")
	case p.GOOS == "darwin":
		return filepath.Join(p.Home, "Library", "Application Support")
	}
	return filepath.Join(p.Home, ".local", "state")
}

// File is the person's own accounts file.
func (p Places) File() File {
	if named := p.variable(Variable); named != "" {
		return File{Path: named, GOOS: p.GOOS}
	}
	return File{Path: below(p.ConfigFolder(), "accounts.yaml"), GOOS: p.GOOS}
}

// Memory is what checks of the accounts in a list left behind. The key of the fingerprints is kept
// apart from it, so that a copy of the state alone says nothing about a secret.
func (p Places) Memory(list string) Memory {
	if absolute, err := filepath.Abs(list); err == nil {
		list = absolute
	}
	return Memory{Folder: below(p.stateFolder(), "checks"), KeyFile: below(p.ConfigFolder(), "fingerprint.key"), List: list}
}

// below names a place in credguide's own folder; empty where no folder is known.
func below(folder, name string) string {
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "credguide", name)
}
