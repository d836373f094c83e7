package wire

import "strconv"

// Error says why a frame could not be read. It has what is needed to answer a request.
type Error struct {
	Code Code
	Info string // what happened and what to do; if it is empty, use Code.Text
	Re   Msgid  // the msgid of the frame; -1 if it could not be read
	RID  []byte // the rid of the request as it was written; nil if there is none or it is invalid
	// SendSeq is the number of a chat frame or a change, 0 if it has none or that could not be
	// read: a frame that is refused for good uses its number up.
	SendSeq int64
}

// Error returns a text for logs. Of what the client wrote it contains only names of fields.
func (e *Error) Error() string {
	info := e.Info
	if info == "" {
		info = e.Code.Text()
	}
	return "wire: " + info + " (code " + strconv.Itoa(int(e.Code)) + ")"
}

func fault(code Code, info string) *Error {
	return &Error{Code: code, Info: info, Re: -1}
}

// DecodeRequest resets r and reads one frame of a client into it. It skips white space and NUL
// bytes around the object. It keeps no part of data.
//
// The protocol reference says which fields each request has. DecodeRequest ignores all other
// fields, whatever they contain. A field that is null counts as left out. A whole number may be
// written as a string ("2"). The length of a text is not checked, except that of rid.
//
// It returns nil, or an Error with one of these codes:
//
//   - Malformed: data is not valid JSON, has a name twice, or has text that is not UTF-8 in a
//     field that the request does not have
//   - BadText: one of the request's own texts is not UTF-8
//   - TooDeep: objects and arrays are nested deeper than MaxDepth
//   - BadField: msgid or another field is missing, has the wrong type or is out of range
//   - UnknownMsgid: no client sends this msgid
//
// After an error only r.Msgid and r.RID are valid; they are the same as in the Error. RID, of r
// and of the Error, is overwritten when r is decoded into again.
func DecodeRequest(data []byte, r *Request) *Error { return protocol.decode(data, r) }

func (t *table) decode(data []byte, r *Request) *Error {
	*r = Request{Msgid: -1, ridBuf: r.ridBuf}
	var s scanner
	s.table = t
	err := s.scan(data)
	if err == nil {
		err = s.fault
	}
	if e := s.readMsgid(&r.Msgid); err == nil {
		err = e
	}
	if e := s.readRID(r); err == nil {
		err = e
	}
	if err == nil {
		err = s.readFields(r)
	}
	if err != nil {
		err.Re, err.RID, err.SendSeq = r.Msgid, r.RID, s.sendSeq(r.Msgid)
	}
	return err
}

// sendSeq returns the number of a chat frame that could not be read as a whole.
func (s *scanner) sendSeq(id Msgid) int64 {
	if id != Chat && id != GroupChat && id != Change || !s.given.has(FSendSeq.index) {
		return 0
	}
	n, _ := s.integer(FSendSeq.index) // 0 without one
	return n
}

func (s *scanner) readMsgid(id *Msgid) *Error {
	if !s.given.has(mMsgid.index) {
		return fault(BadField, `"msgid" is missing: it says what the frame is`)
	}
	v, ok := s.integer(mMsgid.index)
	if !ok {
		return wrongType(mMsgid.name, integer)
	}
	*id = Msgid(v)
	return nil
}

func (s *scanner) readRID(r *Request) *Error {
	if !s.given.has(mRID.index) {
		return nil
	}
	at := *s.span(mRID.index)
	switch at.kind {
	case aNumber:
	case aString:
		at.start--
		at.end++
	default:
		return fault(BadField, `"rid" must be a number or a string`)
	}
	if at.bad() {
		return fault(BadText, `"rid" is not valid UTF-8: use plain characters`)
	}
	if at.end-at.start > MaxRID {
		return fault(BadField, `"rid" is longer than `+strconv.Itoa(MaxRID)+` bytes as written: shorten it`)
	}
	r.ridBuf = append(r.ridBuf[:0], s.data[at.start:at.end]...)
	r.RID = r.ridBuf
	return nil
}

// readFields reads what belongs to the request, in the order of the fields.
func (s *scanner) readFields(r *Request) *Error {
	shape := s.table.of(r.Msgid)
	if shape == nil {
		return fault(UnknownMsgid, "")
	}
	if s.marks&hasBadText != 0 {
		if err := s.strayText(shape.own); err != nil {
			return err
		}
	}
	r.has = s.given.and(shape.own)
	if err := s.table.check(shape, r.Msgid, r.has); err != nil {
		return err
	}
	for _, f := range shape.yes {
		*f.boolean(r) = true // unless the frame says otherwise
	}
	for left := r.has; !left.empty(); left = left.rest() {
		if err := s.readField(r, s.table.members[left.first()]); err != nil {
			return err
		}
	}
	return nil
}

// strayText finds text that is not UTF-8 outside of the request's own fields.
func (s *scanner) strayText(own set) *Error {
	for left := s.given.minus(own); !left.empty(); left = left.rest() {
		if i := left.first(); s.span(i).bad() {
			return fault(Malformed, `"`+s.table.members[i].name+`" `+notUTF8)
		}
	}
	return nil
}

const notUTF8 = `is not valid UTF-8: send text in UTF-8, without lone surrogates`

func (s *scanner) readField(r *Request, f *Field) *Error {
	at := s.span(f.index)
	var ok bool
	switch f.kind {
	case integer:
		*f.integer(r), ok = s.integerAt(at)
	case text:
		if at.kind == aString && at.bad() {
			return fault(BadText, `"`+f.name+`" `+notUTF8)
		}
		*f.text(r), ok = s.textAt(at)
	case boolean:
		*f.boolean(r), ok = at.kind == aTrue, at.kind == aTrue || at.kind == aFalse
	case list:
		if at.kind == anArray && at.bad() {
			return fault(BadText, `"`+f.name+`" holds text that `+notUTF8)
		}
		if at.kind == anArray {
			return f.entries.read(s.data[at.start:at.end], r)
		}
	}
	if !ok {
		return wrongType(f.name, f.kind)
	}
	return nil
}

// integer returns the value of a member that is a number, or a string that holds one.
func (s *scanner) integer(i uint8) (int64, bool) { return s.integerAt(s.span(i)) }

func (s *scanner) integerAt(at *span) (int64, bool) {
	raw := s.data[at.start:at.end]
	switch {
	case at.bad() || at.kind != aNumber && at.kind != aString:
		return 0, false
	case at.escaped():
		raw = appendUnescaped(nil, raw)
	}
	return wholeNumber(raw)
}

// textAt returns a copy of a string's text.
func (s *scanner) textAt(at *span) (string, bool) {
	if at.kind != aString || at.bad() {
		return "", false
	}
	raw := s.data[at.start:at.end]
	if !at.escaped() {
		return string(raw), true
	}
	var short [512]byte
	return string(appendUnescaped(short[:0], raw)), true
}

// wrongType returns the error for a field of the wrong type. name is what the client sees.
func wrongType(name string, k kind) *Error {
	must := [...]string{
		integer: "a whole number from 0 to 9007199254740992",
		text:    "a string",
		boolean: "true or false",
		list:    "a list",
		object:  "an object",
	}
	return fault(BadField, `"`+name+`" must be `+must[k])
}

// AppendJSON appends to dst the request as a client sends it, without framing: msgid, rid, and
// then the fields that are Set and belong to this msgid. It does not check the request.
func (r *Request) AppendJSON(dst []byte) []byte { return protocol.append(dst, r) }

func (t *table) append(dst []byte, r *Request) []byte {
	dst = appendOpen(dst, r.Msgid, r.RID)
	shape := t.of(r.Msgid)
	if shape == nil {
		return append(dst, '}')
	}
	for left := r.has.and(shape.own); !left.empty(); left = left.rest() {
		f := t.members[left.first()]
		dst = append(dst, ',', '"')
		dst = append(dst, f.name...)
		dst = append(dst, '"', ':')
		switch f.kind {
		case integer:
			dst = strconv.AppendInt(dst, *f.integer(r), 10)
		case text:
			dst = appendQuoted(dst, *f.text(r))
		case boolean:
			dst = strconv.AppendBool(dst, *f.boolean(r))
		case list:
			dst = f.entries.append(dst, r)
		}
	}
	return append(dst, '}')
}
