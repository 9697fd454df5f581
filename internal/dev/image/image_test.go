package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const file = "../../../packaging/Containerfile"

// build makes the image of two made-up programs.
func build(t *testing.T) (archive string) {
	t.Helper()
	dir := t.TempDir()
	args := []string{
		"-file", file, "-context", filepath.Join(dir, "context"), "-name", "credguide:1.2.3", "-time", "1795428672",
		"-arg", "VERSION=1.2.3", "-arg", "SOURCE=https://example.org/credguide", "-arg", "REVISION=0123456789abcdef",
	}
	for _, arch := range []string{"amd64", "arm64"} {
		program := filepath.Join(dir, arch)
		if err := os.WriteFile(program, []byte("program for "+arch), 0o700); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-program", arch+"="+program)
	}
	archive = filepath.Join(dir, "image.tar")
	if err := run(append(args, "-out", archive)); err != nil {
		t.Fatal(err)
	}
	return archive
}

func TestTheImageHoldsTheProgramAndNoShell(t *testing.T) {
	archive := build(t)
	for _, arch := range []string{"amd64", "arm64"} {
		root := filepath.Join(t.TempDir(), "root")
		if err := run([]string{"-unpack", archive, "-arch", arch, "-context", root}); err != nil {
			t.Fatal(err)
		}
		var names []string
		err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(root)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"/etc/group", "/etc/passwd", "/etc/ssl/certs/ca-certificates.crt", "/usr/bin/credguide"}; !slices.Equal(names, want) {
			t.Errorf("%s: %v", arch, names)
		}
		program, err := os.ReadFile(filepath.Join(root, "usr/bin/credguide"))
		if err != nil || string(program) != "program for "+arch {
			t.Errorf("%s: %q, %v", arch, program, err)
		}
		for name, want := range map[string]os.FileMode{"tmp": 0o777 | os.ModeSticky | os.ModeDir, "state": 0o777 | os.ModeSticky | os.ModeDir, "usr/bin/credguide": 0o755, "etc/passwd": 0o644} {
			if info, err := os.Stat(filepath.Join(root, name)); err != nil || info.Mode() != want {
				t.Errorf("%s: %s is %v, %v", arch, name, info.Mode(), err)
			}
		}
	}
	if err := run([]string{"-unpack", archive, "-arch", "riscv64", "-context", t.TempDir()}); err == nil {
		t.Error("an image for another machine was found")
	}
}

func TestTheImageIsReproducible(t *testing.T) {
	first, err := os.ReadFile(build(t))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(build(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two builds differ")
	}
}

func TestTheProjectsContainerfile(t *testing.T) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := describe(string(text), map[string]string{"TARGETARCH": "arm64", "VERSION": "1.2.3", "SOURCE": "https://example.org", "REVISION": "abc"})
	if err != nil {
		t.Fatal(err)
	}
	if d.config.User != "65532:65532" || !slices.Equal(d.config.Entrypoint, []string{"/usr/bin/credguide"}) || d.config.Labels["org.opencontainers.image.version"] != "1.2.3" {
		t.Errorf("%+v", d.config)
	}
	if !slices.Equal(d.copies, [][2]string{{"arm64/", "/"}}) {
		t.Errorf("%v", d.copies)
	}
}

func TestWhatAnEngineWouldDoOtherwiseIsRefused(t *testing.T) {
	const whole = "COPY a /\nUSER 1\nENTRYPOINT [\"/x\"]\n"
	if _, err := describe("FROM scratch\n"+whole, nil); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"FROM debian", "RUN id", "COPY --chown=1 a /", "COPY a b /", "ENV A=\"b c\"", "ARG NONE", "LABEL a=${NONE}", "ADD https://example.org /", "ENTRYPOINT sh -c id",
	} {
		if _, err := describe(line+"\n"+whole, nil); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := describe("FROM scratch\nCOPY a /\nENTRYPOINT [\"/x\"]\n", nil); err == nil {
		t.Error("an image that runs as root was made")
	}
}

func TestTheAuthoritiesAreCertificates(t *testing.T) {
	text, err := authorities()
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatal("no certificate")
	}
	if n := bytes.Count(text, []byte("BEGIN CERTIFICATE")); n < 100 {
		t.Errorf("%d authorities", n)
	}
}

func TestUnpackingStaysInItsFolder(t *testing.T) {
	for _, h := range []*tar.Header{
		{Typeflag: tar.TypeReg, Name: "../outside", Mode: 0o644}, {Typeflag: tar.TypeSymlink, Name: "link", Linkname: "/etc"}, {Typeflag: tar.TypeReg, Name: "/abs/../../x", Mode: 0o644},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := untar(&b, filepath.Join(t.TempDir(), "root")); err == nil {
			t.Errorf("%s was unpacked", h.Name)
		}
	}
}
