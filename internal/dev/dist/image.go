package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// writeImage has internal/dev/image, a module of its own, write the container image for the Linux
// programs.
func (r release) writeImage(ctx context.Context, programs []program) error {
	root, err := filepath.Abs(r.root)
	if err != nil {
		return err
	}
	out, err := filepath.Abs(filepath.Join(r.out, r.Program+"_"+r.version+"_oci.tar"))
	if err != nil {
		return err
	}
	args := []string{
		"-C", "internal/dev/image", "run", "-trimpath", ".",
		"-file", filepath.Join(root, "packaging", "Containerfile"),
		"-context", filepath.Join(root, ".cache", "image"), // for whoever builds it with an engine
		"-name", r.Image + ":" + strings.ReplaceAll(r.version, "+", "-"), // a tag has no +
		"-time", fmt.Sprint(r.time.Unix()), "-out", out,
		"-arg", "VERSION=" + r.version, "-arg", "SOURCE=" + r.Homepage, "-arg", "REVISION=" + r.commit,
	}
	linux := 0
	for _, p := range programs {
		if p.os == "linux" {
			args = append(args, "-program", p.arch+"="+p.file)
			linux++
		}
	}
	if linux == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own program
	cmd.Dir, cmd.Stderr = r.root, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the image: %w", err)
	}
	return nil
}
