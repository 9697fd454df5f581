// Command image builds the container image that packaging/Containerfile describes, without a
// container engine, as an OCI archive: a layout (image-spec 1.1) in a tar file, which podman,
// docker, skopeo and containerd load. Equal programs give equal bytes. With -unpack it does what an
// engine does first: it lays out an image's files.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// programs are the binaries by the name of their architecture.
type programs map[string]string

func (p programs) String() string { return fmt.Sprint(map[string]string(p)) }

func (p programs) Set(s string) error {
	arch, file, ok := strings.Cut(s, "=")
	if !ok || arch == "" || file == "" {
		return fmt.Errorf("expected ARCH=FILE, not %q", s)
	}
	p[arch] = file
	return nil
}

// variables are the values of ARG lines.
type variables map[string]string

func (v variables) String() string { return fmt.Sprint(map[string]string(v)) }

func (v variables) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return fmt.Errorf("expected NAME=VALUE, not %q", s)
	}
	v[name] = value
	return nil
}

func run(args []string) error {
	set := flag.NewFlagSet("image", flag.ContinueOnError)
	binaries, values := programs{}, variables{}
	set.Var(binaries, "program", "a static Linux binary, as `ARCH=FILE`; repeatable")
	set.Var(values, "arg", "a value for an ARG line, as `NAME=VALUE`; repeatable")
	file := set.String("file", "Containerfile", "the `FILE` that describes the image")
	context := set.String("context", "", "the `FOLDER` to lay out what is copied; it stays, for engines")
	name := set.String("name", "", "the image's `NAME:TAG`")
	epoch := set.Int64("time", 0, "the time of everything in the image, in `SECONDS` since 1970")
	out := set.String("out", "", "the archive to write")
	unpack := set.String("unpack", "", "an archive to unpack into the folder -context")
	arch := set.String("arch", "amd64", "with -unpack: the architecture")
	if err := set.Parse(args); err != nil {
		return err
	}
	switch {
	case *context == "":
		return errors.New("-context is missing")
	case *unpack != "":
		return unpackArchive(*unpack, *arch, *context)
	case *out == "" || *name == "" || len(binaries) == 0:
		return errors.New("-out, -name and -program are needed")
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	if err := layOut(*context, binaries); err != nil {
		return err
	}
	b := builder{context: *context, at: time.Unix(*epoch, 0).UTC(), values: values, text: string(text)}
	return b.writeArchive(*out, *name, binaries)
}

// layOut makes the tree of each architecture: what the Containerfile copies.
func layOut(context string, binaries programs) error {
	authorities, err := authorities()
	if err != nil {
		return err
	}
	for arch, file := range binaries {
		program, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		root := filepath.Join(context, arch)
		if err := os.RemoveAll(root); err != nil {
			return err
		}
		for _, f := range []struct {
			name    string
			content []byte
			mode    os.FileMode
		}{
			{"usr/bin/credguide", program, 0o755},
			{"etc/ssl/certs/ca-certificates.crt", authorities, 0o644},
			{"etc/passwd", []byte("root:x:0:0:root:/:/\ncredguide:x:65532:65532:credguide:/home/credguide:/\n"), 0o644},
			{"etc/group", []byte("root:x:0:\ncredguide:x:65532:\n"), 0o644},
		} {
			target := filepath.Join(root, filepath.FromSlash(f.name))
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(target, f.content, f.mode); err != nil {
				return err
			}
		}
		for _, name := range []string{"tmp", "state"} { // an engine gives a new volume the mode of the folder that it covers
			folder := filepath.Join(root, name)
			if err := errors.Join(os.Mkdir(folder, 0o755), os.Chmod(folder, 0o777|os.ModeSticky)); err != nil {
				return err
			}
		}
	}
	return nil
}
