package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// A file system that does not answer costs a reader its patience once, and then nothing: the call
// that is out is not joined by others. Other folders are read as before.
func TestAFileSystemThatIsSilent(t *testing.T) {
	hung, good := t.TempDir(), put(t, "good")
	name := func(i int) string { return filepath.Join(hung, fmt.Sprint("secret", i)) }
	for i := range 100 {
		if err := os.WriteFile(name(i), []byte("abc"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		answer, calls := files.Hang(hung)
		began := time.Now()
		if _, err := files.Read(t.Context(), name(0), files.Limits{Bytes: limit}); !errors.Is(err, files.ErrSilent) || time.Since(began) != files.PipeWait {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		began = time.Now()
		for range 100 {
			if _, err := files.Stat(t.Context(), name(0)); !errors.Is(err, files.ErrSilent) {
				t.Error(err)
			}
		}
		if n := calls(); n != 1 || time.Since(began) != 0 {
			t.Errorf("%d calls, and %s of waiting", n, time.Since(began))
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := files.Stat(impatient, name(1)); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		for i := range 100 {
			if _, err := files.Read(t.Context(), name(i), files.Limits{Bytes: limit, Wait: time.Second}); !errors.Is(err, files.ErrSilent) {
				t.Error(err)
			}
		}
		if n := calls(); n > 20 {
			t.Errorf("%d calls are out", n)
		}
		if got, err := files.Read(t.Context(), good, files.Limits{Bytes: limit}); err != nil || string(got.Data) != "good" {
			t.Errorf("another folder: %q, %v", got.Data, err)
		}
		answer()
		synctest.Wait()
		for i := range 100 { // it answers again
			if got, err := files.Read(t.Context(), name(i), files.Limits{Bytes: limit}); err != nil || string(got.Data) != "abc" {
				t.Errorf("%q, %v", got.Data, err)
			}
		}
		if n := files.Waiting(); n != 0 {
			t.Errorf("%d files are still waited for", n)
		}
	})
}

// Who gives up soon does not know that a file system is silent: the next one waits for the call that
// is out.
func TestAReaderThatWasInterruptedSilencesNobody(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "secret")
	if err := os.WriteFile(name, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		answer, _ := files.Hang(folder)
		interrupted, interrupt := context.WithCancel(t.Context())
		interrupt()
		if _, err := files.Stat(interrupted, name); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		time.AfterFunc(files.PipeWait/2, answer)
		began := time.Now()
		if got, err := files.Read(t.Context(), name, files.Limits{Bytes: limit}); err != nil || string(got.Data) != "abc" || time.Since(began) != files.PipeWait/2 {
			t.Errorf("%q, %v after %s", got.Data, err, time.Since(began))
		}
	})
}

// Whether two names are one file is asked with the patience of a read.
func TestANameOnAFileSystemThatIsSilent(t *testing.T) {
	hung, good := t.TempDir(), put(t, "good")
	name := filepath.Join(hung, "secret")
	synctest.Test(t, func(t *testing.T) {
		answer, _ := files.Hang(hung)
		if files.Same(name, good) || files.Same(good, name) || !files.Same(name, name) || !files.IdentityOf(name).Silent() {
			t.Error("by the name alone it is the same as itself, and as nothing else")
		}
		answer()
		synctest.Wait()
		if files.IdentityOf(name).Silent() {
			t.Error("it answers again")
		}
	})
}

// So it is where as many were interrupted as may be out in a folder.
func TestReadersThatWereInterruptedSilenceNoFolder(t *testing.T) {
	folder := t.TempDir()
	name := func(i int) string { return filepath.Join(folder, fmt.Sprint("secret", i)) }
	if err := os.WriteFile(name(100), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		answer, calls := files.Hang(folder)
		interrupted, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, interrupt)
		for i := range 50 {
			go func() { _, _ = files.Stat(interrupted, name(i)) }()
		}
		<-interrupted.Done()
		synctest.Wait()
		time.AfterFunc(files.PipeWait/2, answer)
		began := time.Now()
		if got, err := files.Read(t.Context(), name(100), files.Limits{Bytes: limit}); err != nil || string(got.Data) != "abc" || time.Since(began) != files.PipeWait/2 {
			t.Errorf("%q, %v after %s", got.Data, err, time.Since(began))
		}
		if n := calls(); n != 51 {
			t.Errorf("%d calls", n)
		}
	})
}
