package wire

import (
	"reflect"
	"strconv"
)

// entries is what a field of requests that is a list knows of its entries. An entry is
// never null.
type entries interface {
	// read reads a list that the scanner has found to keep to the grammar.
	read(raw []byte, r *Request) *Error
	append(dst []byte, r *Request) []byte
	// of returns the kind of an entry, the plan of an object, and how many there may be.
	of() (kind, *plan, int)
}

// integerList is a list of integers.
type integerList struct {
	name  string
	most  int
	place func(*Request) *[]int64
}

func (l *integerList) of() (kind, *plan, int) { return integer, nil, l.most }

func (l *integerList) read(raw []byte, r *Request) *Error {
	var all []int64
	err := eachEntry(raw, l.name, l.most, func(s *scanner, at *span) *Error {
		n, ok := s.integerAt(at)
		if !ok {
			return wrongType(entryName(l.name, len(all)), integer)
		}
		all = append(all, n)
		return nil
	})
	*l.place(r) = all
	return err
}

func (l *integerList) append(dst []byte, r *Request) []byte {
	dst = append(dst, '[')
	for i, n := range *l.place(r) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, n, 10)
	}
	return append(dst, ']')
}

// objectList is a list of objects, each read into a T.
type objectList[T any] struct {
	name  string
	most  int
	place func(*Request) *[]T
	plan  *plan
}

func newObjectList[T any](name string, most int, place func(*Request) *[]T) *objectList[T] {
	l := &objectList[T]{name, most, place, planOf(reflect.TypeFor[T]())}
	for _, f := range l.plan.fields {
		if f.kind > boolean {
			panic("wire: an entry of " + name + " cannot have the field " + f.name)
		}
	}
	return l
}

func (l *objectList[T]) of() (kind, *plan, int) { return object, l.plan, l.most }

func (l *objectList[T]) read(raw []byte, r *Request) *Error {
	var all []T
	err := eachEntry(raw, l.name, l.most, func(s *scanner, at *span) *Error {
		name := entryName(l.name, len(all))
		if at.kind != anObject {
			return wrongType(name, object)
		}
		var entry T
		if err := l.plan.read(s.data[at.start:at.end], name, reflect.ValueOf(&entry).Elem()); err != nil {
			return err
		}
		all = append(all, entry)
		return nil
	})
	*l.place(r) = all
	return err
}

func (l *objectList[T]) append(dst []byte, r *Request) []byte {
	return appendEach(dst, reflect.ValueOf(l.place(r)).Elem(), l.plan)
}

func entryName(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// eachEntry calls do for each entry of a list.
func eachEntry(raw []byte, name string, most int, do func(s *scanner, at *span) *Error) *Error {
	s := scanner{data: raw, pos: 1} // behind the bracket
	for n := 0; !s.take(']'); n++ {
		if n == most {
			return fault(BadField, `"`+name+`" has more than `+strconv.Itoa(most)+` entries: send fewer`)
		}
		if n > 0 {
			s.take(',')
		}
		at, _ := s.value(1)
		if err := do(&s, &at); err != nil {
			return err
		}
	}
	return nil
}

// read reads an object that the scanner has found to keep to the grammar into a struct. What
// its own text fields hold is UTF-8.
func (p *plan) read(raw []byte, name string, to reflect.Value) *Error {
	s := scanner{data: raw, pos: 1} // behind the bracket
	values := make([]span, len(p.fields))
	for first := true; !s.take('}'); first = false {
		if !first {
			s.take(',')
		}
		s.take('"')
		at, _ := s.str()
		s.take(':')
		v, _ := s.value(1)
		i, known := p.find(&s, at)
		switch {
		case !known:
		case values[i].kind != noValue:
			return fault(Malformed, `"`+name+"."+p.fields[i].name+`" stands twice: send each field once`)
		default:
			values[i] = v
		}
	}
	for i := range p.fields {
		f := &p.fields[i]
		if kind := values[i].kind; kind != noValue && kind != aNull {
			if err := f.read(&s, &values[i], name, to); err != nil {
				return err
			}
		} else if !f.omitZero {
			return fault(BadField, `"`+name+"."+f.name+`" is missing`)
		}
	}
	return nil
}

// find returns the field of a name.
func (p *plan) find(s *scanner, at span) (int, bool) {
	name := s.data[at.start:at.end]
	if at.escaped() {
		name = appendUnescaped(nil, name)
	}
	for i := range p.fields {
		if p.fields[i].name == string(name) {
			return i, true
		}
	}
	return 0, false
}

func (f *planField) read(s *scanner, at *span, name string, to reflect.Value) *Error {
	var ok bool
	switch f.kind {
	case integer:
		var n int64
		n, ok = s.integerAt(at)
		to.Field(f.index).SetInt(n)
	case text:
		var v string
		v, ok = s.textAt(at)
		to.Field(f.index).SetString(v)
	case boolean:
		ok = at.kind == aTrue || at.kind == aFalse
		to.Field(f.index).SetBool(at.kind == aTrue)
	}
	if !ok {
		return wrongType(name+"."+f.name, f.kind)
	}
	return nil
}
