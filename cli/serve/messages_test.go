package serve

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMessagesKeepNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		m := newMessages(writer)
		const all = 3 * mostMessages
		for i := range all {
			fmt.Fprintf(m, "line %d\n", i)
			synctest.Wait() // the first is under way
		}
		var read strings.Builder
		go func() {
			_, _ = io.Copy(&read, reader)
		}()
		synctest.Wait()
		fmt.Fprintf(m, "the last\n")
		m.end(time.Second)
		fmt.Fprintf(m, "beyond\n")
		_ = writer.Close()
		synctest.Wait()
		want := fmt.Sprintf("line %d\n%d messages are left out: nobody read them\nthe last\nbeyond\n", mostMessages, all-mostMessages-1)
		if got := read.String(); !strings.HasPrefix(got, "line 0\nline 1\n") || !strings.HasSuffix(got, want) {
			t.Errorf("%s", got)
		}
	})
}

// A log that nobody reads ends no later, and what is said then is lost.
func TestTheEndDoesNotWaitForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, writer := io.Pipe()
		defer writer.Close()
		m := newMessages(writer)
		fmt.Fprint(m, "one\n")
		m.end(time.Second)
		if n, err := fmt.Fprint(m, "two\n"); n != 4 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}
