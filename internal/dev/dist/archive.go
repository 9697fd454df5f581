package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// entry is a file in an archive. Its time is that of the commit.
type entry struct {
	name    string
	content []byte
	mode    int64
}

const (
	plain      = 0o644
	executable = 0o755
)

func (r release) writeArchive(p program, papers papers) error {
	base := r.baseName(p.target)
	entries := append([]entry{{p.exeName(r.Program), p.content, executable}}, papers.inArchive()...)
	for i := range entries {
		entries[i].name = base + "/" + entries[i].name
	}
	write, ending := tarball, ".tar.gz"
	if p.os == "windows" {
		write, ending = zipFile, ".zip"
	}
	content, err := write(entries, r.time)
	if err != nil {
		return err
	}
	return r.write(base+ending, content)
}

func (p program) exeName(name string) string { return name + p.exe() }

// byName sorts entries, so that no order of a map or a folder shows.
func byName(entries []entry) []entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.name, b.name) })
}

// tarball writes a tar file in gzip, owned by root.
func tarball(entries []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, e := range byName(entries) {
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.content)), ModTime: at,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

// earliestZip is where the calendar of zip files begins.
var earliestZip = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// zipFile writes a zip file, as Windows and wheels want it.
func zipFile(entries []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if at.Before(earliestZip) {
		at = earliestZip
	}
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(fs.FileMode(e.mode))
		out, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := out.Write(e.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// zipped compresses a manual page. The header holds neither a name nor a time.
func zipped(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
