package credentials

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// GitState tells whether a file with a secret could be committed by accident.
type GitState string

// The states. GitUnknown: the folder is in a work tree, but git is not
// there or does not answer, so whether the file is ignored cannot be told.
const (
	GitOutside    GitState = "outside of any git work tree"
	GitIgnored    GitState = "in a git work tree, ignored"
	GitNotIgnored GitState = "in a git work tree, not ignored"
	GitUnknown    GitState = "in a git work tree; cannot tell whether it is ignored"
)

// gitWait bounds the one question to git.
const gitWait = 5 * time.Second

// GitStateOf looks whether a file, which need not be there yet, is inside a
// git work tree, and asks git itself whether it is ignored: its rules have
// too many sources to be read here. A file that is tracked already counts as
// not ignored.
func GitStateOf(ctx context.Context, path string) GitState {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return GitUnknown
	}
	folder := nearestFolder(filepath.Dir(absolute))
	if !inWorkTree(folder) {
		return GitOutside
	}
	git, err := exec.LookPath("git")
	if err != nil {
		return GitUnknown
	}
	ctx, cancel := context.WithTimeout(ctx, gitWait)
	defer cancel()
	// core.fsmonitor may name a program of the repository, which a question
	// must not run.
	ask := exec.CommandContext(ctx, git, "-c", "core.fsmonitor=false", "check-ignore", "--quiet", "--", absolute)
	ask.Dir = folder
	ask.Env = slices.DeleteFunc(ask.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name == "GIT_DIR" || name == "GIT_WORK_TREE" || HoldsSecret(name)
	})
	err = ask.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return GitIgnored
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		return GitNotIgnored
	}
	return GitUnknown
}

// nearestFolder is the deepest folder of the path that is there.
func nearestFolder(folder string) string {
	for {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return folder
		}
		folder = parent
	}
}

// inWorkTree looks for .git upwards: a folder, or a file in a linked work
// tree or submodule.
func inWorkTree(folder string) bool {
	for {
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
			return true
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return false
		}
		folder = parent
	}
}
