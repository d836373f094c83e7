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

// CutError says why a stream can no longer be cut into objects.
type CutError struct {
	Code Code        // FrameTooLong, TooDeep or Malformed
	Bye  GoodbyeCode // what to close the connection with
	Info string      // what happened and what to do
}

// Error is for logs.
func (e *CutError) Error() string { return "wire: " + e.Info }

// Cutter cuts a byte stream into JSON objects: back to back, or with white space and
// NUL bytes between them, in any number of pieces. It looks at brackets and strings
// only, and at each byte once: an object that is balanced but otherwise malformed is
// given out like any other, and refused by who decodes it.
//
// A Cutter holds memory only while an object has come in part, at most the limit.
// The zero Cutter is ready, with the limit DefaultMaxFrame. It is not safe for
// concurrent use.
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

// NewCutter makes a cutter for objects of at most limit bytes; limit <= 0 takes
// DefaultMaxFrame.
func NewCutter(limit int) Cutter { return Cutter{max: int32(max(0, min(limit, 1<<30)))} }

// Next takes what was read and gives the first object that is complete with it, and
// the rest, which is to be passed to the next call. A nil object means that all of in
// is taken in and more must be read. The object is a part of in, or of the cutter's
// own memory, and is valid until in changes or the next call, whichever is first. Go on
// calling until the object is nil, even if the rest is empty: only then is the
// cutter's own memory given up.
//
// Errors are *CutError and final, every later call gives the same: an object over the
// limit of length (told as soon as the limit is passed, not at its end) or nested
// deeper than MaxDepth, a byte that cannot begin an object, a bracket closed by one
// of the other kind.
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

// Pending tells how many bytes of an object have come whose end has not.
func (c *Cutter) Pending() int {
	if c.given {
		return 0
	}
	return len(c.partial)
}

// Held tells how many bytes of memory the cutter holds for that object.
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

// begin finds where the next object begins, -1 if in holds nothing but white space.
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
