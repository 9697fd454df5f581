package fleet

import (
	"errors"
	"io"

	"github.com/credguide/credguide/internal/files"
)

// Order hands on what comes in any order in the order of its numbers. What has to wait for an
// earlier number waits in memory, and beyond a limit in a file that goes away by itself.
type Order struct {
	emit    func(i int, parts []string) error
	next    int
	waiting map[int]parked
	held    int // bytes in memory
	spool   *files.Spool
}

// inMemory is how much may wait in memory.
const inMemory = 4 << 20

// parked is what waits: its parts, or where in the file they are.
type parked struct {
	parts   []string
	sizes   []int
	at      int64
	skipped bool
}

// NewOrder begins at number 0.
func NewOrder(emit func(i int, parts []string) error) *Order {
	return &Order{emit: emit, waiting: map[int]parked{}}
}

// Put takes one in, and hands on all whose turn has come.
func (o *Order) Put(i int, parts []string) error {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	p, inFile := parked{parts: parts}, false
	if i != o.next && o.held+size > inMemory {
		p, inFile = o.toFile(parts)
	}
	if !inFile {
		o.held += size
	}
	o.waiting[i] = p
	return o.flush()
}

// Skip leaves a number out.
func (o *Order) Skip(i int) error {
	o.waiting[i] = parked{skipped: true}
	return o.flush()
}

// Close removes what waits.
func (o *Order) Close() error {
	if o.spool == nil {
		return nil
	}
	return o.spool.Close()
}

// toFile parks the parts in a file. Where that cannot be written, they stay in memory: nothing is
// lost, and what comes after them does not wait for ever.
func (o *Order) toFile(parts []string) (p parked, ok bool) {
	if o.spool == nil {
		o.spool = files.NewSpool(0)
	}
	p.at = o.spool.Size()
	for _, part := range parts {
		p.sizes = append(p.sizes, len(part))
		if _, err := io.WriteString(o.spool, part); err != nil {
			return parked{parts: parts}, false
		}
	}
	return p, true
}

func (o *Order) flush() error {
	var faults []error
	for {
		p, ok := o.waiting[o.next]
		if !ok {
			return errors.Join(faults...)
		}
		delete(o.waiting, o.next)
		for _, part := range p.parts {
			o.held -= len(part)
		}
		at := p.at
		for _, size := range p.sizes {
			part := make([]byte, size)
			if _, err := o.spool.ReadAt(part, at); err != nil && !errors.Is(err, io.EOF) {
				faults = append(faults, err)
			}
			p.parts, at = append(p.parts, string(part)), at+int64(size)
		}
		if !p.skipped {
			if err := o.emit(o.next, p.parts); err != nil {
				faults = append(faults, err)
			}
		}
		o.next++
	}
}
