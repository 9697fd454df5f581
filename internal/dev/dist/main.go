// Command dist builds everything that a release consists of into dist/: archives, packages for
// Debian and Fedora, wheels, the container image, the list of contents (SPDX), manifests for conda,
// Homebrew and Scoop, and the checksums of all. Two builds of one commit give equal files, on any
// machine with the same version of Go; -again proves it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/packaging"
)

// release is what is being built, and from what.
type release struct {
	packaging.Project
	source
	root    string // the repository's top folder
	out     string // where the files go; nothing else lies there
	work    string // for what is on the way
	cache   string // Go's build cache; empty: the usual one
	targets []target
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("dist", flag.ContinueOnError)
	root := set.String("root", ".", "the repository's top `folder`")
	out := set.String("out", "dist", "the `folder` to write; what lies in it is removed")
	only := set.String("only", "", "build for these `platforms` only, as in linux/amd64,darwin/arm64")
	again := set.Bool("again", false, "build a second time, from a copy elsewhere and without Go's cache, and compare")
	showVersion := set.Bool("version", false, "print the version that would be built, and build nothing")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	src, err := sourceOf(ctx, *root, packaging.Names().Next)
	if err != nil {
		return err
	}
	if *showVersion {
		fmt.Println(src.version)
		return nil
	}
	targets, err := chosen(*only)
	if err != nil {
		return err
	}
	r := release{Project: packaging.Names(), source: src, root: *root, out: *out, targets: targets}
	if err := r.build(ctx); err != nil {
		return err
	}
	if *again {
		return r.buildAgain(ctx)
	}
	return nil
}

// build makes all files anew.
func (r release) build(ctx context.Context) error {
	work, err := os.MkdirTemp("", "dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r.work = work
	if err := emptied(r.out); err != nil {
		return err
	}
	programs, err := r.compile(ctx)
	if err != nil {
		return err
	}
	papers, err := r.papers(ctx, programs)
	if err != nil {
		return err
	}
	for _, p := range programs {
		if err := errors.Join(r.writeArchive(p, papers), r.writePackages(ctx, p, papers), r.writeWheel(p, papers)); err != nil {
			return fmt.Errorf("%s: %w", p.target, err)
		}
	}
	if err := errors.Join(r.writeImage(ctx, programs), r.writeContents(programs), r.writeManifests()); err != nil {
		return err
	}
	return writeSums(r.out)
}

// emptied makes a folder, or clears one that an earlier build has filled: its checksums tell, or
// its name, since a build that was stopped has none. Nothing else is removed.
func emptied(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, sumsFile)); err != nil && filepath.Base(dir) != "dist" {
			return fmt.Errorf("%s is not empty, and no earlier build", dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return os.MkdirAll(dir, 0o755)
}

// write puts a file into the folder of results.
func (r release) write(name string, content []byte) error {
	file := filepath.Join(r.out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

// baseName is how archives and packages for a platform are called, without their ending.
func (r release) baseName(t target) string {
	return fmt.Sprintf("%s_%s_%s_%s", r.Program, r.version, t.os, t.arch)
}

// chosen picks platforms from all that there are.
func chosen(only string) ([]target, error) {
	if only == "" {
		return allTargets, nil
	}
	var list []target
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(allTargets, func(t target) bool { return t.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is not among the platforms: %v", name, allTargets)
		}
		list = append(list, allTargets[i])
	}
	return list, nil
}
