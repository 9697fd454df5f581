package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// builder makes the images of one Containerfile, one for each architecture.
type builder struct {
	context string
	at      time.Time
	values  map[string]string
	text    string
}

// writeArchive puts the images of all architectures into one index, and that into one file.
func (b builder) writeArchive(out, name string, binaries programs) error {
	_, tag, ok := strings.Cut(name, ":")
	if !ok {
		return fmt.Errorf("expected NAME:TAG, not %q", name)
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range slices.Sorted(maps.Keys(binaries)) {
		image, err := b.image(arch)
		if err != nil {
			return fmt.Errorf("%s: %w", arch, err)
		}
		platform := &v1.Platform{OS: "linux", Architecture: arch}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	dir, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	named := layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": tag, "io.containerd.image.name": name})
	if err := path.AppendIndex(index, named); err != nil {
		return err
	}
	archive, err := tarOf(dir, "", b.at)
	if err != nil {
		return err
	}
	return os.WriteFile(out, archive, 0o644)
}

func (b builder) image(arch string) (v1.Image, error) {
	values := maps.Clone(b.values)
	values["TARGETARCH"] = arch
	d, err := describe(b.text, values)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, c := range d.copies {
		content, err := tarOf(filepath.Join(b.context, filepath.FromSlash(c[0])), strings.Trim(c[1], "/"), b.at)
		if err != nil {
			return nil, err
		}
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
		layer, err := tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression))
		if err != nil {
			return nil, err
		}
		line := v1.History{Created: v1.Time{Time: b.at}, CreatedBy: "COPY " + c[0] + " " + c[1]}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: line}); err != nil {
			return nil, err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created, config.Config = "linux", arch, v1.Time{Time: b.at}, d.config
	return mutate.ConfigFile(image, config)
}

// tarOf is a folder as a tar file, owned by root, sorted, of one time. Links are not followed, and
// not taken.
func tarOf(dir, below string, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error { // in the order of the names
		if err != nil || file == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !d.IsDir() && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is neither a file nor a folder", file)
		}
		rest, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(below, filepath.ToSlash(rest)), Mode: mode(info), ModTime: at, Format: tar.FormatUSTAR}
		if d.IsDir() {
			h.Typeflag, h.Name = tar.TypeDir, h.Name+"/"
			return w.WriteHeader(h)
		}
		h.Size = info.Size()
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// mode is executable or readable, whatever the umask was, and keeps the bit of a shared folder.
func mode(info fs.FileInfo) int64 {
	switch {
	case info.Mode()&os.ModeSticky != 0:
		return 0o1777
	case info.IsDir() || info.Mode()&0o100 != 0:
		return 0o755
	}
	return 0o644
}
