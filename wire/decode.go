package wire

import "strconv"

// Error is why a request could not be read, with what is needed to answer it.
type Error struct {
	Code Code
	Info string // what happened and what to do; "" takes the code's own text
	Re   Msgid  // the request's msgid, -1 if it could not be read
	RID  []byte // the request's rid as written, nil if there is none or it is bad
	// SendSeq is the number of a chat frame, 0 if it has none or that could not be
	// read: a frame that is refused for good uses its number up.
	SendSeq int64
}

// Error is for logs. It holds nothing of what the client wrote but field names.
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

// DecodeRequest reads one frame of a client into r, which it resets first. White
// space and NUL bytes around the object are skipped.
//
// Which fields a request has is in the protocol reference. Fields that do not belong
// to it are ignored whatever they hold, as are unknown ones; null is as good as left
// out. A whole number may be written as a string. The frame is refused as Malformed
// when it breaks the JSON grammar, holds a name twice, or holds text that is not
// UTF-8 where nothing is read; BadText when such text is in one of the request's own
// text fields; TooDeep beyond MaxDepth; BadField when msgid or a field is missing, of
// the wrong type or out of range; UnknownMsgid when no client sends this msgid.
//
// After an error r.Msgid (-1 if unknown) and r.RID are set as in the error, and
// nothing else in r means anything. The RID of both is reused by r's next decode.
// data may be reused at once. Lengths of texts are not looked at, except rid's.
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

// sendSeq is the number of a chat frame that could not be read as a whole.
func (s *scanner) sendSeq(id Msgid) int64 {
	if id != Chat && id != GroupChat || !s.given.has(FSendSeq.index) {
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

// integer gives the value of a member that is a number, or a string that holds one.
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

// textAt gives a copy of a string's text.
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

// wrongType is the error for a field, named as the client sees it, that is not of its type.
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

// AppendJSON appends the request as a client sends it, without any framing: msgid,
// rid, then the fields that are Set and belong to this msgid.
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
