package serve

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// asOld is how old a page may be that all see. However many ask, it is made no more often.
	asOld = time.Second
	// readWithin is how long somebody may take to read a page. With asOld it bounds how many
	// versions of a page are in memory.
	readWithin = 20 * time.Second
)

// shared is a page that is the same for everybody. It is made once for all who ask at the same
// time, and held compressed, so that those who read it slowly, or never, keep nobody waiting and
// cost no memory each.
type shared struct {
	kind string // its content type
	make func(io.Writer) error

	mu   sync.Mutex
	last *version
}

// version is a page as it was at one moment.
type version struct {
	made chan struct{} // closed when the rest can be read
	at   time.Time
	page []byte // compressed; nil: it could not be made
}

func (s *shared) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, mine := s.current()
	if mine {
		s.fill(v)
	}
	select {
	case <-v.made:
	case <-r.Context().Done():
		return
	}
	if v.page == nil {
		http.Error(w, "this page could not be made", http.StatusInternalServerError)
		return
	}
	answer(w, r, s.kind, v.page)
}

// current is the version for who asks now, and whether it is theirs to make.
func (s *shared) current() (v *version, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil {
		select {
		case <-s.last.made:
			if s.last.page != nil && time.Since(s.last.at) < asOld {
				return s.last, false
			}
		default:
			return s.last, false
		}
	}
	s.last = &version{made: make(chan struct{})}
	return s.last, true
}

// fill makes a page. Those who wait for it go on even if that ends in a panic.
func (s *shared) fill(v *version) {
	defer close(v.made)
	page, err := compressed(s.make)
	if err == nil {
		v.page, v.at = page, time.Now()
	}
}

// compressors are used again: a new one has tables that are many times as large as what an account
// needs.
var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil { // there is such a level
		panic(err)
	}
	return w
}}

// compressed is what a function writes, compressed.
func compressed(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	out := compressors.Get().(*gzip.Writer) //nolint:forcetypeassert // New makes no other
	defer compressors.Put(out)
	out.Reset(&b)
	if err := write(out); err != nil {
		return nil, err
	}
	if err := out.Close(); err != nil { // into memory
		panic(err)
	}
	return bytes.Clone(b.Bytes()), nil // without what the buffer has to spare
}

// expanded is the reverse.
func expanded(page []byte) []byte {
	plain, err := gzip.NewReader(bytes.NewReader(page))
	if err != nil { // it was written here
		panic(err)
	}
	all, err := io.ReadAll(plain)
	if err != nil {
		panic(err)
	}
	return all
}

// answer writes a compressed page, to those who want it otherwise piece by piece.
func answer(w http.ResponseWriter, r *http.Request, kind string, page []byte) {
	hasten(w)
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r.Header) {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
		return
	}
	plain, err := gzip.NewReader(bytes.NewReader(page))
	if err != nil { // it was written here
		panic(err)
	}
	_, _ = io.Copy(w, plain) //nolint:gosec // it was written here
}

// hasten bounds how long the answer may be read.
func hasten(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(readWithin)) // a connection has one; a test's recorder does not
}

// takesGzip tells whether a client takes compressed answers (RFC 9110, section 12.5.3). A weight of
// nothing refuses them.
func takesGzip(h http.Header) bool {
	for _, line := range h.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(line, ",") {
			coding, weight, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
				q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
				return strings.TrimSpace(weight) == "" || err == nil && q > 0
			}
		}
	}
	return false
}
