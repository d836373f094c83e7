package wire

import "math/bits"

// Field is a field of requests: its name on the wire, its type, and its place in a Request.
// Each field is one of the variables FID, FName, …; [Request.Has] and [Request.Set] take them.
type Field struct {
	name  string
	index uint8
	kind  kind
	// Where it goes; the one of its kind is set.
	integer func(*Request) *int64
	text    func(*Request) *string
	boolean func(*Request) *bool
	entries entries
}

// kind is the type of a field.
type kind uint8

const (
	integer kind = iota // a whole number from 0 to MaxInteger, or a string holding one
	text                // a string of valid UTF-8
	boolean             // true or false
	list                // a list of integers or of objects
	object              // an object, in frames of the server only
	scalar              // a number or a string, kept as it is written: rid alone
)

// MaxInteger is the largest number in a frame, 2^53. Up to it JavaScript represents every whole
// number exactly.
const MaxInteger = 1 << 53

// maxMembers is how many names the scanner can know.
const maxMembers = 128

// set is a set of members of a table, by their indices. It is no array, so that the compiler
// keeps it in registers.
type set struct{ low, high uint64 }

func setOf(fields ...*Field) (s set) {
	for _, f := range fields {
		s.add(f.index)
	}
	return s
}

func (s *set) add(i uint8) {
	if i < 64 {
		s.low |= 1 << i
	} else {
		s.high |= 1 << (i & 63)
	}
}

func (s set) has(i uint8) bool {
	if i < 64 {
		return s.low&(1<<i) != 0
	}
	return s.high&(1<<(i&63)) != 0
}

func (s set) and(other set) set   { return set{s.low & other.low, s.high & other.high} }
func (s set) or(other set) set    { return set{s.low | other.low, s.high | other.high} }
func (s set) minus(other set) set { return set{s.low &^ other.low, s.high &^ other.high} }
func (s set) empty() bool         { return s.low|s.high == 0 }
func (s set) count() int          { return bits.OnesCount64(s.low) + bits.OnesCount64(s.high) }

// first returns the lowest index of a set that is not empty; rest returns the set without it.
func (s set) first() uint8 {
	if s.low != 0 {
		return uint8(bits.TrailingZeros64(s.low))
	}
	return uint8(64 + bits.TrailingZeros64(s.high))
}

func (s set) rest() set {
	if s.low != 0 {
		return set{s.low & (s.low - 1), s.high}
	}
	return set{0, s.high & (s.high - 1)}
}

// table is all that the decoder knows: the names of members, and what each request may
// carry. The program has one, called protocol; tests make larger ones.
type table struct {
	members []*Field
	names   [maxMembers]string // theirs
	shapes  []shape            // by msgid
	// A name's index is found by a cheap hash, and the rest of a slot by the chain in
	// next. Both hold index+1, 0 ends.
	slot [128]uint8
	next [maxMembers + 1]uint8
}

// member adds a name that the scanner is to know. A name that stands twice is a mistake in
// the program.
func (t *table) member(f Field) *Field {
	if _, twice := t.find([]byte(f.name)); twice || f.name == "" || len(t.members) == maxMembers {
		panic("wire: there cannot be another field " + f.name)
	}
	f.index = uint8(len(t.members))
	t.members = append(t.members, &f)
	t.names[f.index] = f.name
	h := memberHash([]byte(f.name))
	t.next[f.index+1], t.slot[h] = t.slot[h], f.index+1
	return &f
}

func (t *table) integer(name string, place func(*Request) *int64) *Field {
	return t.member(Field{name: name, kind: integer, integer: place})
}

func (t *table) text(name string, place func(*Request) *string) *Field {
	return t.member(Field{name: name, kind: text, text: place})
}

func (t *table) boolean(name string, place func(*Request) *bool) *Field {
	return t.member(Field{name: name, kind: boolean, boolean: place})
}

// integers adds a field that is a list of at most so many integers.
func (t *table) integers(name string, most int, place func(*Request) *[]int64) *Field {
	return t.member(Field{name: name, kind: list, entries: &integerList{name, most, place}})
}

// objects adds a field that is a list of at most so many objects. The fields of one are
// those of T: integers, texts and booleans under the names of their json tags. One
// with omitzero may be left out, the others must be there.
func objects[T any](t *table, name string, most int, place func(*Request) *[]T) *Field {
	return t.member(Field{name: name, kind: list, entries: newObjectList(name, most, place)})
}

// memberHash returns a slot; nearly every known name has its own.
func memberHash(name []byte) uint8 {
	if len(name) == 0 {
		return 0
	}
	return (name[0] + name[len(name)-1]*3 + byte(len(name))*39) & 127
}

// find returns the index of a member name that the protocol knows.
func (t *table) find(name []byte) (uint8, bool) {
	for i := t.slot[memberHash(name)]; i != 0; i = t.next[i] {
		if t.names[(i-1)&(maxMembers-1)] == string(name) {
			return i - 1, true
		}
	}
	return 0, false
}

// Has reports whether the request has the field f.
func (r *Request) Has(f *Field) bool { return r.has.has(f.index) }

// Set says that the request has these fields. Whoever builds a request sets the values and then
// calls Set; AppendJSON writes only fields that are set.
func (r *Request) Set(fields ...*Field) {
	for _, f := range fields {
		r.has.add(f.index)
	}
}
