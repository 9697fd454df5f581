package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// source is the commit that is built.
type source struct {
	version string // as programs and file names tell it: 1.2.3, 1.3.0-rc.1, 0.1.0-dev+g0123456789ab
	python  string // the same as PEP 440 writes it
	commit  string
	time    time.Time // of the commit; every time in a file is this one
	tagged  bool
}

var (
	tagForm        = regexp.MustCompile(`^v(\d+\.\d+\.\d+)(?:-(alpha|beta|rc)\.(\d+))?$`)
	pythonReleases = map[string]string{"alpha": "a", "beta": "b", "rc": "rc"}
)

// shortCommit is how many digits of a commit stand in a version.
const shortCommit = 12

// sourceOf asks git. A tagged commit has its tag's version; another one leads up to next.
func sourceOf(ctx context.Context, root, next string) (source, error) {
	ask := func(args ...string) (string, error) { return output(ctx, root, "git", args...) }
	commit, err := ask("rev-parse", "HEAD")
	if err != nil {
		return source{}, fmt.Errorf("the version is that of a git commit: %w", err)
	}
	changes, err := ask("status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return source{}, err
	}
	tags, err := ask("tag", "--points-at", "HEAD", "--list", "v*")
	if err != nil {
		return source{}, err
	}
	at, err := commitTime(ask)
	if err != nil {
		return source{}, err
	}
	s := source{commit: commit, time: at}
	return s.named(next, strings.Fields(tags), changes != "")
}

// named gives the source its versions.
func (s source) named(next string, tags []string, changed bool) (source, error) {
	var versions []string
	for _, tag := range tags {
		m := tagForm.FindStringSubmatch(tag)
		if m == nil {
			return source{}, fmt.Errorf("the tag %s is no version: v1.2.3 or v1.2.3-rc.1", tag)
		}
		s.version, s.python, s.tagged = strings.TrimPrefix(tag, "v"), m[1], true
		if m[2] != "" {
			s.python += pythonReleases[m[2]] + m[3]
		}
		versions = append(versions, tag)
	}
	switch {
	case len(versions) > 1:
		return source{}, fmt.Errorf("the commit has several versions: %s", strings.Join(versions, ", "))
	case s.tagged && changed:
		return source{}, errors.New("the commit is tagged, and files differ from it: a release is built from what is committed")
	case s.tagged:
		return s, nil
	}
	local := "+g" + s.commit[:min(shortCommit, len(s.commit))]
	if changed {
		local += ".changed"
	}
	s.version, s.python = next+"-dev"+local, next+".dev0"+local
	return s, nil
}

// commitTime is SOURCE_DATE_EPOCH (reproducible-builds.org) where that is set, else the time of the
// commit.
func commitTime(ask func(...string) (string, error)) (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		var err error
		if seconds, err = ask("log", "-1", "--format=%ct"); err != nil {
			return time.Time{}, err
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("the time of the commit: %w", err)
	}
	return time.Unix(n, 0).UTC(), nil
}

// output runs a command in a folder and returns its trimmed standard output.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
