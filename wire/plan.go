package wire

import (
	"reflect"
	"strconv"
	"strings"
)

// plan is how a struct is written: a frame of the server, or an entry of a list. Its fields
// are those of the struct in their order. A field stands once, and its tags say the rest:
//
//	json:"name"      its name on the wire; with ",omitzero" it is left out when it is zero
//	need:"taken, …"  when it is there, for the reference; "always" where there is no tag. If
//	                 the word before the comma is one of needForms, it is written in that form
//	                 of the frame only
//	code:"erron"     an empty text gets the text of the code in that field
//
// Its comment is what the reference says about it.
type plan struct {
	of     reflect.Type
	fields []planField
	erron  int // the index of the field that tells a refusal, -1 without
	gid    int // the index of the field that tells a group, -1 without
	byHand bool
}

type planField struct {
	name     string
	key      string // the name as it is written, with quotes and colon
	index    int
	kind     kind
	form     form
	omitZero bool
	code     int   // the index of the field whose text stands in for none, -1 without
	entry    *plan // of a list of objects, or of an object
	texts    bool  // a list of texts
}

// form is one of the forms that a frame has, each with fields of its own.
type form uint8

const (
	anyForm form = iota
	taken        // erron is 0
	refused      // erron is not 0
	direct       // there is no gid
	ofGroup      // there is one
)

// needForms are the words of need tags that name a form.
var needForms = map[string]form{
	"taken": taken, "refused": refused, "direct": direct, "group": ofGroup, "groups": direct, "members": ofGroup,
}

// planOf makes the plan of a struct. A field that no frame can have is a mistake in the
// program.
func planOf(of reflect.Type) *plan {
	p := &plan{of: of, erron: -1, gid: -1, byHand: of == reflect.TypeFor[Message]()}
	index := map[string]int{}
	for i := range of.NumField() {
		f := of.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		word, _, _ := strings.Cut(f.Tag.Get("need"), ",")
		field := planField{
			name: name, key: `"` + name + `":`, index: i, form: needForms[word], omitZero: option == "omitzero", code: -1,
		}
		field.kind, field.entry = kindOf(f)
		field.texts = field.kind == list && f.Type.Elem().Kind() == reflect.String
		_, twice := index[name]
		if twice || name == "" {
			panic("wire: " + of.Name() + "." + f.Name + " has no name of its own")
		}
		if code, has := f.Tag.Lookup("code"); has {
			at, found := index[code]
			if !found {
				panic("wire: " + of.Name() + "." + f.Name + " has its text from a field that does not come before it")
			}
			field.code = at
		}
		index[name] = i
		p.fields = append(p.fields, field)
	}
	if i, has := index["erron"]; has {
		p.erron = i
	}
	if i, has := index["gid"]; has {
		p.gid = i
	}
	return p
}

// kindOf returns the kind of a struct's field, and the plan of its entries.
func kindOf(f reflect.StructField) (kind, *plan) {
	switch t := f.Type; t.Kind() {
	case reflect.Int, reflect.Int64:
		return integer, nil
	case reflect.String:
		return text, nil
	case reflect.Bool:
		return boolean, nil
	case reflect.Pointer:
		return object, planOf(t.Elem())
	case reflect.Slice:
		switch t.Elem().Kind() {
		case reflect.Uint8:
			return scalar, nil
		case reflect.Int64, reflect.String:
			return list, nil
		case reflect.Struct:
			return list, planOf(t.Elem())
		}
	}
	panic("wire: no frame can have the field " + f.Name + " of type " + f.Type.String())
}

// appendFrame appends a frame of the server by its plan. frame points to the struct.
func appendFrame(dst []byte, id Msgid, frame any) []byte {
	dst = append(dst, `{"msgid":`...)
	dst = strconv.AppendInt(dst, int64(id), 10)
	dst = serverPlans[id].append(dst, reflect.ValueOf(frame).Elem())
	return append(dst, '}')
}

// append appends the fields of a struct to an object that has been begun.
func (p *plan) append(dst []byte, v reflect.Value) []byte {
	outcome, where := anyForm, anyForm
	if p.erron >= 0 {
		if outcome = taken; v.Field(p.erron).Int() != 0 {
			outcome = refused
		}
	}
	if p.gid >= 0 {
		if where = direct; v.Field(p.gid).Int() != 0 {
			where = ofGroup
		}
	}
	for i := range p.fields {
		f := &p.fields[i]
		value := v.Field(f.index)
		if f.form != anyForm && f.form != outcome && f.form != where || f.omitZero && value.IsZero() {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(dst, f.key...)
		if f.code >= 0 && value.IsZero() {
			dst = appendQuoted(dst, v.Field(f.code).Interface().(interface{ Text() string }).Text())
			continue
		}
		dst = f.append(dst, value)
	}
	return dst
}

func (f *planField) append(dst []byte, v reflect.Value) []byte {
	switch f.kind {
	case integer:
		return strconv.AppendInt(dst, v.Int(), 10)
	case text:
		return appendQuoted(dst, v.String())
	case boolean:
		return strconv.AppendBool(dst, v.Bool())
	case scalar:
		return append(dst, v.Bytes()...)
	case object:
		return f.entry.appendObject(dst, v.Elem())
	case list:
		if f.texts {
			return appendTexts(dst, v.Interface().([]string))
		}
		fallthrough
	default:
		return appendEach(dst, v, f.entry)
	}
}

// appendEach appends a list of objects, or of integers where there is no plan.
func appendEach(dst []byte, v reflect.Value, entry *plan) []byte {
	if entry != nil && entry.byHand {
		return AppendMessages(dst, *v.Addr().Interface().(*[]Message))
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		if entry == nil {
			dst = strconv.AppendInt(dst, v.Index(i).Int(), 10)
		} else {
			dst = entry.appendObject(dst, v.Index(i))
		}
	}
	return append(dst, ']')
}

func (p *plan) appendObject(dst []byte, v reflect.Value) []byte {
	if p.byHand {
		return v.Addr().Interface().(*Message).AppendJSON(dst)
	}
	return append(p.append(append(dst, '{'), v), '}')
}
