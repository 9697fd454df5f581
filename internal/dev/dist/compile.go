package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// target is a platform as Go names it.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

func (t target) exe() string {
	if t.os == "windows" {
		return ".exe"
	}
	return ""
}

var allTargets = []target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

// program is a built binary.
type program struct {
	target
	file    string
	content []byte
	info    *buildinfo.BuildInfo
}

// compile builds the program for each platform, one after the other: the Go tool uses all cores
// itself.
func (r release) compile(ctx context.Context) (list []program, err error) {
	for _, t := range r.targets {
		p, err := r.compileFor(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// compileFor builds a static binary in which nothing tells where it was built.
func (r release) compileFor(ctx context.Context, t target) (program, error) {
	file, err := filepath.Abs(filepath.Join(r.work, t.os+"_"+t.arch, r.Program+t.exe()))
	if err != nil {
		return program{}, err
	}
	set := func(name, value string) string { return "-X " + r.Module + "/cli/app." + name + "=" + value }
	flags := []string{"-s", "-w", "-buildid=", set("version", r.version), set("commit", r.commit), set("date", r.time.Format(time.RFC3339))}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", strings.Join(flags, " "), "-o", file, ".") //nolint:gosec // our own names
	cmd.Dir, cmd.Stderr = r.root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off")
	if r.cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+r.cache)
	}
	if err := cmd.Run(); err != nil {
		return program{}, fmt.Errorf("go build: %w", err)
	}
	p := program{target: t, file: file}
	if p.content, err = os.ReadFile(file); err != nil {
		return program{}, err
	}
	p.info, err = buildinfo.ReadFile(file)
	return p, err
}

// runnable is the program for this machine: that among the built ones, or one built for the
// purpose.
func (r release) runnable(ctx context.Context, programs []program) (program, error) {
	here := target{runtime.GOOS, runtime.GOARCH}
	for _, p := range programs {
		if p.target == here {
			return p, nil
		}
	}
	return r.compileFor(ctx, here)
}
