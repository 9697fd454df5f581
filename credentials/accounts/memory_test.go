package accounts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
)

var (
	noon    = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	subject = accounts.Subject{Issuer: "https://aai.example", Backend: "https://openeo.example", ClientID: "i"}
)

func newMemory(t *testing.T) accounts.Memory {
	t.Helper()
	root := t.TempDir()
	return accounts.Memory{Folder: filepath.Join(root, "state", "checks"), KeyFile: filepath.Join(root, "config", "fingerprint.key"), List: "/l.yaml"}
}

func seen(verdict, cause, secret string, at time.Time) accounts.Seen {
	return accounts.Seen{Name: "Nightly", Subject: subject, Verdict: verdict, Cause: cause, At: at, Secret: credentials.NewSecret(secret)}
}

func remember(t *testing.T, m accounts.Memory, s accounts.Seen) (accounts.Record, bool) {
	t.Helper()
	p, err := m.Remember(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return p.Before, p.Known
}

func TestMemoryOfOneAccount(t *testing.T) {
	m := newMemory(t)
	if _, known := remember(t, m, seen(accounts.Healthy, "", canary, noon)); known {
		t.Error("remembered before it was seen")
	}
	remember(t, m, seen(accounts.Healthy, "", canary, noon.Add(time.Hour)))
	before, known := remember(t, m, seen("misconfigured", "client-secret-wrong", canary, noon.Add(2*time.Hour)))
	if !known || before.Verdict != accounts.Healthy || !before.Since.Equal(noon) || !before.WorkedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", before)
	}
	if m.Compare(before, credentials.NewSecret(canary)) != accounts.SameValue || m.Compare(before, credentials.NewSecret(canary[1:])) != accounts.OtherValue {
		t.Error("the secrets are not told apart")
	}
	remember(t, m, seen("misconfigured", "client-secret-wrong", canary, noon.Add(3*time.Hour)))
	now, _, err := m.Recall("Nightly")
	if err != nil || !now.Since.Equal(noon.Add(2*time.Hour)) || !now.At.Equal(noon.Add(3*time.Hour)) || now.Cause != "client-secret-wrong" {
		t.Errorf("%+v, %v", now, err)
	}
	if got := now.Story(noon); got != "worked until 24 November 13:00; has not worked since 24 November 14:00" {
		t.Error(got)
	}
	if m.Compare(now, credentials.NewSecret(canary)) != accounts.SameValue {
		t.Error("a refusal makes forget what worked")
	}
	// Another run that began earlier and ended later changes nothing.
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	if again, _, _ := m.Recall("Nightly"); again.Verdict != "misconfigured" {
		t.Errorf("%+v", again)
	}
	// Another client is another story.
	other := seen("misconfigured", "client-unknown", canary, noon.Add(4*time.Hour))
	other.Subject.ClientID = "j"
	if _, known := remember(t, m, other); known {
		t.Error("one client's past is told of another")
	}
	if now, _, _ := m.Recall("Nightly"); !now.WorkedAt.IsZero() {
		t.Errorf("%+v", now)
	}
}

// A clock that was far ahead once must not keep all later checks from being remembered.
func TestAClockThatWasAhead(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon.AddDate(10, 0, 0)))
	if before, known := remember(t, m, seen("misconfigured", "client-unknown", canary, noon)); known {
		t.Errorf("its times count: %+v", before)
	}
	if r := recall(t, m, "Nightly"); r.Verdict != "misconfigured" || !r.At.Equal(noon) || !r.Since.Equal(noon) || !r.WorkedAt.IsZero() {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsKeptHoldsNoSecret(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	for _, pattern := range []string{m.Folder + "/*.tsv", m.KeyFile} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) != 1 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		info, err := os.Stat(files[0])
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", files[0], info.Mode(), err)
		}
		data, err := os.ReadFile(files[0])
		if err != nil || guard.New(credentials.NewSecret(canary)).Find(string(data)) {
			t.Errorf("%s holds the secret, or: %v", files[0], err)
		}
	}
	// The fingerprint does not leave with the record.
	r, _, err := m.Recall("Nightly")
	if err != nil {
		t.Fatal(err)
	}
	exported, err := json.Marshal(r)
	if err != nil || strings.Contains(strings.ToLower(string(exported)), "fingerprint") || strings.Contains(string(exported), "worked\"") {
		t.Errorf("%s, %v", exported, err)
	}
	data, err := os.ReadFile(filepath.Join(m.Folder, only(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(string(data), "\t")
	if len(fields) < 10 || len(fields[9]) != 64 || strings.Contains(string(exported), fields[9]) {
		t.Errorf("%q", data)
	}
}

func only(t *testing.T, m accounts.Memory) string {
	t.Helper()
	files, err := filepath.Glob(m.Folder + "/*.tsv")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return filepath.Base(files[0])
}

// What somebody could guess gets no fingerprint, and a new key makes no new secret.
func TestFingerprintsThatAreNotMade(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", "hunter2", noon))
	r, _, _ := m.Recall("Nightly")
	if m.Compare(r, credentials.NewSecret("hunter2")) != accounts.SameUnknown || m.Compare(r, credentials.NewSecret(canary)) != accounts.SameUnknown {
		t.Error("a guessable secret has a fingerprint")
	}
	remember(t, m, seen(accounts.Healthy, "", canary, noon.Add(time.Hour)))
	r, _, _ = m.Recall("Nightly")
	if err := os.Remove(m.KeyFile); err != nil {
		t.Fatal(err)
	}
	if m.Compare(r, credentials.NewSecret(canary)) != accounts.SameUnknown {
		t.Error("compared without the key")
	}
	remember(t, m, seen("misconfigured", "x", canary, noon.Add(2*time.Hour))) // makes another key
	if m.Compare(r, credentials.NewSecret(canary)) != accounts.SameUnknown {
		t.Error("compared with another key")
	}
}

func TestAKeyThatCannotBeUsed(t *testing.T) {
	for text, want := range map[string]string{"": "holds no key; remove it", "zz": "holds no key; remove it", strings.Repeat("ab", 31): "holds no key; remove it"} {
		m := newMemory(t)
		if err := os.MkdirAll(filepath.Dir(m.KeyFile), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(m.KeyFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon)); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
		if r, known, _ := m.Recall("Nightly"); !known || r.Verdict != accounts.Healthy || m.Compare(r, credentials.NewSecret(canary)) != accounts.SameUnknown {
			t.Errorf("%q: the check is not remembered", text)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	if err := os.Chmod(m.KeyFile, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon)); err == nil || !strings.Contains(err.Error(), "(mode 640), so secrets are not compared") {
		t.Errorf("%v", err)
	}
}

func TestMemoryThatCannotBeKept(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	path := filepath.Join(m.Folder, only(t, m))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for text, newer := range map[string]bool{
		"":                                    false,
		"broken":                              false,
		"\t\n1\tNightly\t\n\x00":              false,
		strings.Repeat("1\tNightly", 100<<10): false,
		string(whole[:len(whole)/3]):          false,
		strings.Replace(string(whole), "healthy", "broken!", 1): false,
		strings.Replace(string(whole), "Nightly", "another", 1): false,
		"2\tNightly\tsomething new\n":                           true,
		"1\tother\n12\tNightly\tsomething new\n":                true,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		const reason = "a newer version of credguide wrote it"
		if _, known, err := m.Recall("Nightly"); known || newer != (err != nil && strings.HasSuffix(err.Error(), reason)) {
			t.Errorf("%.40q: %v, %v", text, known, err)
		}
		_, err := m.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon))
		data, _ := os.ReadFile(path)
		_, known, _ := m.Recall("Nightly")
		if newer != (err != nil) || newer == known || newer && string(data) != text {
			t.Errorf("%.40q: %v, %v, %q", text, err, known, data)
		}
	}
	// A file where the folder belongs stands in for a folder that is read-only, also for root.
	blocked := newMemory(t)
	if err := os.MkdirAll(filepath.Dir(blocked.Folder), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked.Folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := blocked.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon)); p.Known || err == nil || !strings.HasPrefix(err.Error(), "remember the check: ") {
		t.Errorf("%v, %v", p.Known, err)
	}
	nowhere := accounts.Memory{}
	if p, err := nowhere.Remember(t.Context(), seen(accounts.Healthy, "", canary, noon)); p.Known || err != nil || nowhere.Forget(t.Context(), "x") != nil {
		t.Errorf("%v, %v", p.Known, err)
	}
}

func TestMemoryMovesWithTheName(t *testing.T) {
	m := newMemory(t)
	remember(t, m, seen(accounts.Healthy, "", canary, noon))
	if err := m.Rename(t.Context(), "Nightly", "nightly"); err != nil {
		t.Fatal(err)
	}
	if _, known, _ := m.Recall("Nightly"); known {
		t.Error("the old name is remembered")
	}
	r, known, err := m.Recall("nightly")
	if !known || err != nil || r.Name != "nightly" || m.Compare(r, credentials.NewSecret(canary)) != accounts.SameValue {
		t.Errorf("%+v, %v", r, err)
	}
	other := m
	other.List = "/other.yaml"
	if _, known, _ := other.Recall("nightly"); known {
		t.Error("another list's account of the same name is remembered")
	}
	for range 2 {
		if err := m.Forget(t.Context(), "nightly"); err != nil {
			t.Error(err)
		}
	}
	if _, known, _ := m.Recall("nightly"); known {
		t.Error("not forgotten")
	}
	if err := m.Rename(t.Context(), "nightly", "x"); err != nil {
		t.Error(err)
	}
}

// Two runs at once make one key and lose no account.
func TestManyChecksAtOnce(t *testing.T) {
	m := newMemory(t)
	const runs = 12
	var running sync.WaitGroup
	for i := range runs {
		running.Go(func() {
			s := seen(accounts.Healthy, "", canary, noon)
			s.Name = fmt.Sprintf("a%d", i)
			if _, err := m.Remember(context.Background(), s); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	for i := range runs {
		r, known, err := m.Recall(fmt.Sprintf("a%d", i))
		if !known || err != nil || m.Compare(r, credentials.NewSecret(canary)) != accounts.SameValue {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// What an account may be called cannot leave the folder or meet another's file.
func TestRecordsStayInTheirFolder(t *testing.T) {
	m := newMemory(t)
	names := []string{"..", ".", "a", "A", strings.Repeat("n", 300), "con"}
	for _, name := range names {
		s := seen(accounts.Healthy, "", canary, noon)
		s.Name = name
		remember(t, m, s)
	}
	only(t, m)
	for _, name := range names {
		if r, known, err := m.Recall(name); !known || r.Name != name || err != nil {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestStory(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	for want, r := range map[string]accounts.Record{
		"working since 24 November 13:00":                                     {Verdict: accounts.Healthy, Since: noon, WorkedAt: noon},
		"has not worked since 24 November 2025 13:00":                         {Verdict: "misconfigured", Since: noon.AddDate(-1, 0, 0)},
		"worked until 24 November 12:00; unreachable since 24 November 13:00": {Verdict: "unreachable", Since: noon, WorkedAt: noon.Add(-time.Hour)},
		"worked until 24 November 13:00; not decided since 24 November 13:00": {Verdict: "inconclusive", Since: noon, WorkedAt: noon},
	} {
		if got := r.Story(noon.In(zone)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWhatChanged(t *testing.T) {
	worked := accounts.Record{WorkedAt: noon}
	for _, tc := range []struct {
		before  accounts.Record
		verdict string
		same    accounts.Sameness
		want    accounts.Changed
	}{
		{worked, "misconfigured", accounts.SameValue, accounts.ChangedAtProvider},
		{worked, "misconfigured", accounts.OtherValue, accounts.ChangedHere},
		{worked, "misconfigured", accounts.SameUnknown, accounts.ChangedUnknown},
		{worked, "unreachable", accounts.SameValue, accounts.ChangedUnknown},
		{accounts.Record{}, "misconfigured", accounts.SameValue, accounts.ChangedUnknown},
	} {
		if got := accounts.WhatChanged(tc.before, tc.verdict, tc.same); got != tc.want {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}
