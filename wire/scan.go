package wire

import "strconv"

// valueKind is what a member's value is.
type valueKind uint8

const (
	noValue valueKind = iota
	aNumber
	aString
	aTrue
	aFalse
	aNull
	anObject
	anArray
)

// span is where a value stands in the frame; a string's without its quotes. It has four
// fields, so that the compiler keeps it in registers.
type span struct {
	start, end int32
	kind       valueKind
	marks      marks
}

// marks are what the scanner has seen in a value.
type marks uint8

const (
	hasEscape  marks = 1 << iota // a string with at least one escape
	hasBadText                   // text that is not UTF-8, or a surrogate without its other half
)

func (v span) escaped() bool { return v.marks&hasEscape != 0 }
func (v span) bad() bool     { return v.marks&hasBadText != 0 }

// scanner reads a frame once, from front to back, and notes where the values of the
// members stand whose names the protocol knows. The grammar is that of RFC 8259.
// Nothing is allocated for a frame with at most eleven members that the protocol knows
// and eight of other names.
type scanner struct {
	table *table
	data  []byte
	pos   int
	given set // the known names that came, with a value that is not null
	// Where the values stand, in the order they came. The place of a member is in at, by its
	// index; place 0 is for those that did not come. A frame has few of all the names there
	// are, so little has to be cleared for it.
	at        [maxMembers]uint8
	came      uint8
	few       [12]span
	many      []span
	strangers strangers
	marks     marks // those of all values that are kept
	// fault is the first thing wrong that does not keep the rest from being read.
	fault *Error
}

// span gives where a member's value stands.
func (s *scanner) span(i uint8) *span {
	at := int(s.at[i&(maxMembers-1)])
	if at < len(s.few) {
		return &s.few[at]
	}
	return &s.many[at-len(s.few)]
}

// keep notes where a member's value stands, and reports whether it is the first of its name.
func (s *scanner) keep(i uint8, v span) bool {
	at := &s.at[i&(maxMembers-1)]
	if *at != 0 {
		return false
	}
	s.came++
	*at = s.came
	if int(s.came) < len(s.few) {
		s.few[s.came] = v
	} else {
		s.many = append(s.many, v)
	}
	if v.kind != aNull {
		s.given.add(i)
	}
	s.marks |= v.marks
	return true
}

// scan reads the whole frame. Its error is a break of the grammar, after which
// nothing can be read; anything lesser is in s.fault.
func (s *scanner) scan(data []byte) *Error {
	if len(data) > 1<<30 {
		return fault(FrameTooLong, "")
	}
	s.data = data
	s.skipBetween()
	if s.object() {
		s.skipBetween()
		if s.pos == len(s.data) {
			return nil
		}
	}
	if s.pos >= len(s.data) {
		return fault(Malformed, "the frame ends in the middle: send one whole JSON object")
	}
	return fault(Malformed, "not a JSON object: it goes wrong at byte "+strconv.Itoa(s.pos+1))
}

// note keeps the first fault.
func (s *scanner) note(code Code, info string) {
	if s.fault == nil {
		s.fault = fault(code, info)
	}
}

// skipBetween skips what may stand around an object: white space and NUL bytes.
func (s *scanner) skipBetween() {
	for s.pos < len(s.data) && classes[s.data[s.pos]] == between {
		s.pos++
	}
}

// peek skips white space and gives the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\n', '\t', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// take skips white space and the byte c.
func (s *scanner) take(c byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == c { // nearly all frames come without white space
		s.pos++
		return true
	}
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// object reads the frame's own object.
func (s *scanner) object() bool {
	if !s.take('{') {
		return false
	}
	if s.take('}') {
		return true
	}
	for {
		if !s.member() {
			return false
		}
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// member reads one member of the frame's own object.
func (s *scanner) member() bool {
	if !s.take('"') {
		return false
	}
	name, ok := s.str()
	if !ok || !s.take(':') {
		return false
	}
	i, known := s.name(name)
	v, ok := s.value(1)
	if !ok {
		return false
	}
	if !known {
		if v.bad() {
			s.note(Malformed, "a value is not valid UTF-8: send text in UTF-8, without lone surrogates")
		}
		return true
	}
	if !s.keep(i, v) {
		s.note(Malformed, `"`+s.table.names[i]+`" stands twice in the frame: send each field once`)
	}
	return true
}

// name tells which known name this is. An unknown one is remembered, since no name
// may stand twice.
func (s *scanner) name(at span) (uint8, bool) {
	name := s.data[at.start:at.end]
	if at.bad() {
		s.note(Malformed, "a field's name is not valid UTF-8: send text in UTF-8, without lone surrogates")
		return 0, false
	}
	if at.escaped() {
		name = appendUnescaped(nil, name)
	}
	i, known := s.table.find(name)
	if !known && !s.strangers.add(name) {
		s.note(Malformed, "a field stands twice in the frame: send each field once")
	}
	return i, known
}

// strangers are the unknown names of a frame.
type strangers struct {
	few  [8][]byte
	n    int
	many map[string]struct{}
}

// add reports whether the name is new.
func (u *strangers) add(name []byte) bool {
	for i := range min(u.n, len(u.few)) {
		if string(u.few[i]) == string(name) {
			return false
		}
	}
	if u.n < len(u.few) {
		u.few[u.n] = name
		u.n++
		return true
	}
	if u.many == nil {
		u.many = make(map[string]struct{})
	}
	if _, twice := u.many[string(name)]; twice {
		return false
	}
	u.many[string(name)] = struct{}{}
	return true
}

// value reads a value inside depth objects and arrays.
func (s *scanner) value(depth int) (v span, ok bool) {
	c := s.peek()
	v.start = int32(s.pos)
	switch c {
	case '"':
		s.pos++
		return s.str()
	case '{', '[':
		v.kind = anObject
		if c == '[' {
			v.kind = anArray
		}
		if depth == MaxDepth {
			s.note(TooDeep, "")
			v.marks, ok = s.skipDeep()
		} else {
			s.pos++
			v.marks, ok = s.nested(c+2, depth+1) // '}' and ']' are two past '{' and '['
		}
	case 't':
		v.kind, ok = aTrue, s.literal("true")
	case 'f':
		v.kind, ok = aFalse, s.literal("false")
	case 'n':
		v.kind, ok = aNull, s.literal("null")
	default:
		v.kind = aNumber
		if end := numberEnd(s.data, s.pos); end > 0 {
			s.pos, ok = end, true
		}
	}
	v.end = int32(s.pos)
	return v, ok
}

// nested reads the rest of an object or array whose opening byte is read. It looks
// at the grammar only; what it has seen are the marks of all strings in it.
func (s *scanner) nested(closing byte, depth int) (seen marks, ok bool) {
	if s.take(closing) {
		return 0, true
	}
	for {
		if closing == '}' {
			if !s.take('"') {
				return seen, false
			}
			name, ok := s.str()
			if !ok || !s.take(':') {
				return seen, false
			}
			seen |= name.marks
		}
		v, ok := s.value(depth)
		if !ok {
			return seen, false
		}
		seen |= v.marks
		if s.take(closing) {
			return seen, true
		}
		if !s.take(',') {
			return seen, false
		}
	}
}

// skipDeep skips what is nested too deeply to its balanced end, without a look at
// anything but brackets and strings.
func (s *scanner) skipDeep() (seen marks, ok bool) {
	depth := 0
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return seen, true
			}
		case '"':
			v, ok := s.str()
			if !ok {
				return seen, false
			}
			seen |= v.marks
		}
	}
	return seen, false
}

func (s *scanner) literal(word string) bool {
	if len(s.data)-s.pos < len(word) || string(s.data[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return true
}
