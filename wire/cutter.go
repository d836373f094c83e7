package wire

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// byteClass is what a byte outside of a string means to the cutter.
type byteClass uint8

const (
	other byteClass = iota
	between
	opening
	closing
	quote
)

var classes = [256]byteClass{
	' ': between, '\n': between, '\t': between, '\r': between, 0: between,
	'{': opening, '[': opening, '}': closing, ']': closing, '"': quote,
}

// CutError says why a stream can no longer be cut into objects. The connection must end.
type CutError struct {
	Code Code        // FrameTooLong, TooDeep or Malformed
	Bye  GoodbyeCode // the goodbye to send
	Info string      // what happened and what to do
}

// Error returns a text for logs.
func (e *CutError) Error() string { return "wire: " + e.Info }

// Cutter cuts a byte stream into JSON objects. Between two objects there may be white space and
// NUL bytes, or nothing. The stream may arrive in pieces of any size. A Cutter looks only at
// brackets and strings, and at each byte once. So it also returns objects that are not valid
// JSON inside; whoever decodes them refuses them.
//
// A Cutter keeps memory only while an object is incomplete, and at most as many bytes as the
// limit. The zero Cutter has the limit DefaultMaxFrame. Only one goroutine may use a Cutter at
// a time.
type Cutter struct {
	partial []byte // the beginning of an object from earlier reads
	max     int32
	kinds   uint16 // the open brackets, innermost lowest: 1 for {, 0 for [
	depth   uint8
	str     bool // inside of a string
	escape  bool // behind a backslash
	given   bool // partial was given out whole and is to be dropped
	failed  *CutError
}

// NewCutter returns a Cutter for objects of at most limit bytes. If limit is 0 or less, it uses
// DefaultMaxFrame.
func NewCutter(limit int) Cutter { return Cutter{max: int32(max(0, min(limit, 1<<30)))} }

// Next takes in, the bytes that were read, and returns the first object that is complete, and
// the rest of in. Call it again with rest until object is nil, even if rest is empty: only then
// does the Cutter release its memory. A nil object means that Next has taken all of in and needs
// more bytes.
//
// The object is a part of in or of the Cutter's own memory. It is valid until in changes or Next
// is called again.
//
// The error is a *CutError, and every later call returns it too. The reasons are an object that
// is longer than the limit (Next reports it as soon as the limit is passed), nesting deeper than
// MaxDepth, a byte that cannot begin an object, and a bracket that is closed by one of another
// kind.
func (c *Cutter) Next(in []byte) (object, rest []byte, err error) {
	if c.given {
		c.partial, c.given = nil, false
	}
	if c.failed != nil {
		return nil, nil, c.failed
	}
	start := 0
	if c.depth == 0 {
		if start = c.begin(in); start < 0 {
			return nil, nil, nil
		}
	}
	end, failed := c.run(in, start)
	if failed == nil && len(c.partial)+end-start > c.limit() {
		failed = &CutError{FrameTooLong, ByeFrameTooBig, fmt.Sprintf("a frame is longer than %d bytes: send less at once", c.limit())}
	}
	if failed != nil {
		c.failed, c.partial = failed, nil
		return nil, nil, failed
	}
	switch {
	case c.depth > 0:
		c.keep(in[start:])
		return nil, nil, nil
	case c.partial == nil:
		return in[start:end:end], in[end:], nil
	default:
		c.keep(in[:end])
		c.given = true
		return c.partial, in[end:], nil
	}
}

// Pending returns how many bytes have arrived of the object that is not complete yet.
func (c *Cutter) Pending() int {
	if c.given {
		return 0
	}
	return len(c.partial)
}

// Held returns how many bytes of memory the Cutter uses for that object.
func (c *Cutter) Held() int {
	if c.given {
		return 0
	}
	return cap(c.partial)
}

func (c *Cutter) limit() int {
	if c.max <= 0 {
		return DefaultMaxFrame
	}
	return int(c.max)
}

// begin returns where the next object begins, or -1 if in has nothing but white space.
func (c *Cutter) begin(in []byte) int {
	for i, b := range in {
		if classes[b] != between {
			return i
		}
	}
	return -1
}

// run goes on from in[i] to the end of the object, or of in.
func (c *Cutter) run(in []byte, i int) (end int, failed *CutError) {
	if c.depth == 0 && in[i] != '{' {
		return i, notJSON("a frame must begin with { and not with", in[i])
	}
	for i < len(in) {
		if c.str {
			i = c.inString(in, i)
			continue
		}
		b := in[i]
		i++
		switch classes[b] {
		case quote:
			c.str = true
		case opening:
			if c.depth == MaxDepth {
				return i, &CutError{TooDeep, ByeFrameTooBig, fmt.Sprintf("a frame is nested deeper than %d: requests are flat objects", MaxDepth)}
			}
			c.depth++
			c.kinds <<= 1
			if b == '{' {
				c.kinds |= 1
			}
		case closing:
			if (b == '}') != (c.kinds&1 == 1) {
				return i, notJSON("a bracket is closed by", b)
			}
			c.kinds >>= 1
			if c.depth--; c.depth == 0 {
				return i, nil
			}
		}
	}
	return i, nil
}

// inString goes on from in[i] inside of a string, to behind its end or that of in.
func (c *Cutter) inString(in []byte, i int) int {
	for i < len(in) {
		if c.escape {
			c.escape = false
			i++
			continue
		}
		for i+8 <= len(in) {
			m := special(binary.LittleEndian.Uint64(in[i:]))
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i == len(in) {
			return i
		}
		switch in[i] {
		case '"':
			c.str = false
			return i + 1
		case '\\':
			c.escape = true
		}
		i++
	}
	return i
}

// keep adds to the partial object, in steps that double up to the limit.
func (c *Cutter) keep(piece []byte) {
	need := len(c.partial) + len(piece)
	if need > cap(c.partial) {
		grown := make([]byte, len(c.partial), min(max(2*cap(c.partial), need, 256), max(c.limit(), need)))
		copy(grown, c.partial)
		c.partial = grown
	}
	c.partial = append(c.partial, piece...)
}

func notJSON(what string, b byte) *CutError {
	return &CutError{Malformed, ByeNotJSON, fmt.Sprintf("this is not a stream of JSON objects: %s %q", what, b)}
}
