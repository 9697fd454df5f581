package accounts

import "path/filepath"

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
	return p.folder("AppData", "Roaming", "XDG_CONFIG_HOME", ".config")
}

// stateFolder is the person's folder for what programs remember between runs.
func (p Places) stateFolder() string {
	return p.folder("LocalAppData", "Local", "XDG_STATE_HOME", filepath.Join(".local", "state"))
}

// folder is the one that a variable names, or its usual place at home: appData and the folder of
// that name on Windows, xdg and dotted elsewhere, but for macOS, which has one place for both.
func (p Places) folder(appData, windows, xdg, dotted string) string {
	switch {
	case p.GOOS == "windows" && p.variable(appData) != "":
		return p.variable(appData)
	case p.GOOS != "windows" && p.GOOS != "darwin" && filepath.IsAbs(p.variable(xdg)):
		return p.variable(xdg)
	case p.Home == "":
		return ""
	case p.GOOS == "windows":
		return filepath.Join(p.Home, "AppData", windows)
	case p.GOOS == "darwin":
		return filepath.Join(p.Home, "Library", "Application Support")
	}
	return filepath.Join(p.Home, dotted)
}

// File is the person's own accounts file.
func (p Places) File() File {
	if named := p.variable(Variable); named != "" {
		return File{Path: named}
	}
	return File{Path: below(p.ConfigFolder(), "accounts.yaml")}
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
