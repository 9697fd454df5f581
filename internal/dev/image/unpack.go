package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// unpackArchive lays out the files of the image for an architecture in a new folder. Digests are
// checked on the way.
func unpackArchive(archive, arch, target string) error {
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := untar(in, dir); err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	image, err := imageFor(dir, arch)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	files := mutate.Extract(image)
	defer files.Close()
	return untar(files, target)
}

// imageFor goes from the layout's index to the image's own index and takes the image for the
// architecture.
func imageFor(dir, arch string) (v1.Image, error) {
	outer, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	list, err := outer.IndexManifest()
	if err != nil {
		return nil, err
	}
	for _, named := range list.Manifests {
		inner, err := outer.ImageIndex(named.Digest)
		if err != nil {
			return nil, err
		}
		images, err := inner.IndexManifest()
		if err != nil {
			return nil, err
		}
		for _, m := range images.Manifests {
			if m.Platform != nil && m.Platform.OS == "linux" && m.Platform.Architecture == arch {
				return inner.Image(m.Digest)
			}
		}
	}
	return nil, fmt.Errorf("there is no image for linux/%s", arch)
}

// untar writes files and folders below dir and nowhere else.
func untar(from io.Reader, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for r := tar.NewReader(from); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := unpackOne(root, h, r); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func unpackOne(root *os.Root, h *tar.Header, content io.Reader) error {
	name := filepath.FromSlash(filepath.Clean(h.Name))
	mode := h.FileInfo().Mode() & (os.ModePerm | os.ModeSticky)
	switch h.Typeflag {
	case tar.TypeDir:
		return errors.Join(root.MkdirAll(name, 0o755), root.Chmod(name, mode))
	case tar.TypeReg:
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, content)
		return errors.Join(err, out.Close())
	}
	return errors.New("neither a file nor a folder")
}
