package wire

import (
	"reflect"
	"strconv"
	"strings"
)

// frame is what the table says of one msgid.
type frame struct {
	name   string // the msgid's word
	answer Msgid  // the frame that answers this request; 0, which answers nothing, is the ack
	client []use  // the fields of the request, nil if no client sends this msgid
	server any    // the struct of the server's frame, nil if no server sends this msgid
	// form names the server's fields that this msgid has, of a struct that serves two:
	// "direct" or "group", as in their need tags.
	form string
}

// use is a field in a request.
type use struct {
	field *Field
	need  need
	group int  // of ofOne, ofSome and ofMost: which of several groups
	yes   bool // a boolean that is true where it is left out
	doc   string
}

// need says whether a field must be there.
type need uint8

const (
	isRequired need = iota
	isOptional
	ofOne  // exactly one of its group
	ofSome // at least one of its group
	ofMost // at most one of its group
)

// fields are the fields of a request, beside rid and the claim of the sender's id.
func fields(uses ...use) []use { return append([]use{}, uses...) }

func required(f *Field, doc string) use { return use{field: f, need: isRequired, doc: doc} }

func optional(f *Field, doc string) use { return use{field: f, need: isOptional, doc: doc} }

// optionalYes is a boolean that is true where it is left out.
func optionalYes(f *Field, doc string) use {
	return use{field: f, need: isOptional, yes: true, doc: doc}
}

func oneOf(f *Field, doc string) use { return use{field: f, need: ofOne, doc: doc} }

func someOf(group int, f *Field, doc string) use {
	return use{field: f, need: ofSome, group: group, doc: doc}
}

func mostOne(f *Field, doc string) use { return use{field: f, need: ofMost, doc: doc} }

// shape is what decoding and encoding need to know of a request, made from its row.
type shape struct {
	request   bool
	own       set // all that it may carry
	required  set
	one, some []set
	most      []set
	yes       []*Field // true where they are left out
	uses      []use
}

// shapesOf makes the shapes of all rows.
func shapesOf(rows []frame) []shape {
	all := make([]shape, len(rows))
	for i, row := range rows {
		if row.client != nil {
			all[i] = shapeOf(row.client)
		}
	}
	return all
}

func shapeOf(uses []use) shape {
	s := shape{request: true, own: setOf(FID), uses: uses}
	for _, u := range uses {
		s.own.add(u.field.index)
		switch u.need {
		case isRequired:
			s.required.add(u.field.index)
		case ofOne:
			s.one = group(s.one, u)
		case ofSome:
			s.some = group(s.some, u)
		case ofMost:
			s.most = group(s.most, u)
		}
		if u.yes {
			s.yes = append(s.yes, u.field)
		}
	}
	return s
}

// group adds a field to the group that it is in.
func group(sets []set, u use) []set {
	for len(sets) <= u.group {
		sets = append(sets, set{})
	}
	sets[u.group].add(u.field.index)
	return sets
}

// of returns the shape of a request, nil for a msgid that no client sends.
func (t *table) of(m Msgid) *shape {
	if m < 0 || int(m) >= len(t.shapes) || !t.shapes[m].request {
		return nil
	}
	return &t.shapes[m]
}

// check finds what is missing or too much among the fields that were given.
func (t *table) check(s *shape, id Msgid, given set) *Error {
	for _, of := range s.one {
		switch n := given.and(of).count(); {
		case n == 0:
			return t.missing(id, of, " or ")
		case n > 1:
			return t.tooMuch(id, of)
		}
	}
	for _, of := range s.some {
		if given.and(of).empty() {
			return t.missing(id, of, " or ")
		}
	}
	if lacking := s.required.minus(given); !lacking.empty() {
		return t.missing(id, lacking, " and ")
	}
	for _, of := range s.most {
		if given.and(of).count() > 1 {
			return t.tooMuch(id, of)
		}
	}
	return nil
}

func (t *table) missing(id Msgid, of set, between string) *Error {
	return fault(BadField, t.join(of, between)+" is missing: frame "+strconv.Itoa(int(id))+" needs it")
}

func (t *table) tooMuch(id Msgid, of set) *Error {
	return fault(BadField, "frame "+strconv.Itoa(int(id))+" takes only one of "+t.join(of, " and "))
}

// join returns the quoted names of a set of fields.
func (t *table) join(of set, between string) string {
	var names []string
	for ; !of.empty(); of = of.rest() {
		names = append(names, `"`+t.members[of.first()].name+`"`)
	}
	return strings.Join(names, between)
}

// known reports whether this version knows the msgid.
func (m Msgid) known() bool { return m >= 0 && int(m) < len(frames) && frames[m].name != "" }

// IsRequest reports whether clients send frames with this msgid.
func (m Msgid) IsRequest() bool { return m.known() && frames[m].client != nil }

// Answer returns the msgid of the frame that answers this request. It is Ack for a request that
// has no answer of its own, and for a msgid that is not a request.
func (m Msgid) Answer() Msgid {
	if !m.IsRequest() || frames[m].answer == 0 {
		return Ack
	}
	return frames[m].answer
}

// Name returns the name of the frame for logs, metrics and documentation, for example
// "add_friend". For a msgid that this version does not know it is "msgid_N".
func (m Msgid) Name() string {
	if !m.known() {
		return "msgid_" + strconv.Itoa(int(m))
	}
	return frames[m].name
}

// Msgids returns all msgids, ascending.
func Msgids() []Msgid {
	all := make([]Msgid, 0, len(frames))
	for m := range Msgid(len(frames)) {
		if m.known() {
			all = append(all, m)
		}
	}
	return all
}

// serverPlans are the plans of the server's frames, by msgid; nil where there is none.
var serverPlans = func() (plans [len(frames)]*plan) {
	for i, f := range frames {
		if f.server != nil {
			plans[i] = planOf(reflect.TypeOf(f.server))
		}
	}
	return plans
}()
