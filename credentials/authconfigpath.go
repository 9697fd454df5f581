package credentials

import (
	"os"
	"path/filepath"
	"strings"
)

const (
	authConfigName = "auth-config.json"
	pythonClient   = "openeo-python-client"
)

// AuthConfigFolders lists the folders in which the openEO Python client
// looks for auth-config.json, first one first. It uses the first that
// exists, and creates the first if none does (facts: openEO 1.2).
func AuthConfigFolders(q Query) []string {
	var roots []string
	add := func(root string) {
		if expanded, ok := expandHome(root, q.Home); ok {
			roots = append(roots, filepath.Join(expanded, pythonClient))
		}
	}
	variable := func(name string) {
		if value, _ := q.lookup(name); value != "" {
			add(value)
		}
	}
	if value, _ := q.lookup("OPENEO_CONFIG_HOME"); value != "" {
		roots = append(roots, value) // used as it is: no name is added, no ~ expanded
	}
	switch q.GOOS {
	case "windows":
		variable("APPDATA")
		add("~/AppData/Roaming")
	case "darwin":
		variable("XDG_CONFIG_HOME")
		add("~/Library/Preferences")
	default:
		variable("XDG_CONFIG_HOME")
	}
	add("~/.config")
	return roots
}

// AuthConfigPath is the auth-config.json that the openEO Python client would
// read, or would create. It is empty if no folder is known at all.
func AuthConfigPath(q Query) string {
	folders := AuthConfigFolders(q)
	for _, folder := range folders {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return filepath.Join(folder, authConfigName)
		}
	}
	if len(folders) == 0 {
		return ""
	}
	return filepath.Join(folders[0], authConfigName)
}

func expandHome(path, home string) (string, bool) {
	rest, found := strings.CutPrefix(path, "~")
	if !found || rest != "" && rest[0] != '/' && rest[0] != '\\' {
		return path, true
	}
	if home == "" {
		return "", false
	}
	return filepath.Join(home, filepath.FromSlash(rest)), true
}

// authConfigKey is the back-end's key in auth-config.json: the URL as given
// to connect(), with https:// added and without trailing slashes. It is
// not the versioned URL that discovery leads to.
func authConfigKey(url string) string {
	if url == "" {
		return ""
	}
	if !strings.Contains(url, "://") {
		url = "https://" + url
	}
	if trimmed := strings.TrimRight(url, "/"); trimmed != "" {
		return trimmed
	}
	return "/"
}
