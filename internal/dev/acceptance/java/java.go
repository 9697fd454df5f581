//go:build acceptance

// Package java runs what the laboratory has from Maven Central. Servers run
// as direct children, so that they end with the tests.
package java

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

// Command is a virtual machine with these arguments, not started yet.
func Command(arguments ...string) *exec.Cmd {
	program := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		program = filepath.Join(home, "bin", program)
	}
	return exec.Command(program, arguments...)
}

// Artifact lets Maven put one file into its own repository, without what it
// depends on, and finds it there.
func Artifact(ctx context.Context, group, name, version, kind string) (string, error) {
	repository, err := repository()
	if err != nil {
		return "", err
	}
	file := filepath.Join(repository, filepath.Join(strings.Split(group, ".")...), name, version, name+"-"+version+"."+kind)
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	maven := exec.CommandContext(ctx, "mvn", "-B", "-q", "dependency:get",
		"-Dmaven.repo.local="+repository, "-Dtransitive=false",
		"-Dartifact="+strings.Join([]string{group, name, version, kind}, ":"))
	maven.Dir = os.TempDir() // no project of ours is to be built
	if err := process.Run(maven); err != nil {
		return "", fmt.Errorf("download %s %s with Maven: %w", name, version, err)
	}
	_, err = os.Stat(file)
	return file, err
}

// repository is Maven's own: where MAVEN_OPTS or MAVEN_ARGS put it, or the usual place.
func repository() (string, error) {
	for _, variable := range []string{"MAVEN_ARGS", "MAVEN_OPTS"} {
		for word := range strings.FieldsSeq(os.Getenv(variable)) {
			if path, ok := strings.CutPrefix(word, "-Dmaven.repo.local="); ok {
				return path, nil
			}
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".m2", "repository"), nil
}

// Package builds the project in the folder with Maven.
func Package(ctx context.Context, folder string) error {
	repository, err := repository()
	if err != nil {
		return err
	}
	maven := exec.CommandContext(ctx, "mvn", "-B", "-q", "-Dmaven.repo.local="+repository, "-DskipTests", "package")
	maven.Dir = folder
	return process.Run(maven)
}

// Unpack extracts an archive, without the first strip folders of each name.
func Unpack(archive, folder string, strip int) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer reader.Close()
	for _, entry := range reader.File {
		parts := strings.Split(entry.Name, "/")
		if len(parts) <= strip || entry.FileInfo().IsDir() {
			continue
		}
		name := strings.Join(parts[strip:], "/")
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%q leads out of the folder", entry.Name)
		}
		if err := extract(entry, filepath.Join(folder, filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("unpack %s: %w", archive, err)
		}
	}
	return nil
}

func extract(entry *zip.File, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	content, err := entry.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	mode := fs.FileMode(0o644)
	if strings.HasSuffix(path, ".sh") {
		mode = 0o755
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, content)
	return err
}
