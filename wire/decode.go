package wire

import (
	"math/bits"
	"strconv"
	"strings"
)

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
func DecodeRequest(data []byte, r *Request) *Error {
	*r = Request{Msgid: -1, ridBuf: r.ridBuf}
	var s scanner
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
	if id != Chat && id != GroupChat || s.given&(1<<iSendSeq) == 0 {
		return 0
	}
	n, _ := s.integer(iSendSeq) // 0 without one
	return n
}

func (s *scanner) readMsgid(id *Msgid) *Error {
	if s.given&(1<<iMsgid) == 0 {
		return fault(BadField, `"msgid" is missing: it says what the frame is`)
	}
	v, ok := s.integer(iMsgid)
	if !ok {
		return wrongType(iMsgid, integer)
	}
	*id = Msgid(v)
	return nil
}

func (s *scanner) readRID(r *Request) *Error {
	if s.given&(1<<iRID) == 0 {
		return nil
	}
	at := s.spans[iRID]
	switch at.kind {
	case aNumber:
	case aString:
		at.start--
		at.end++
	default:
		return fault(BadField, `"rid" must be a number or a string`)
	}
	if at.bad {
		return fault(BadText, `"rid" is not valid UTF-8: use plain characters`)
	}
	if at.end-at.start > MaxRID {
		return fault(BadField, `"rid" is longer than `+strconv.Itoa(MaxRID)+` bytes as written: shorten it`)
	}
	r.ridBuf = append(r.ridBuf[:0], s.data[at.start:at.end]...)
	r.RID = r.ridBuf
	return nil
}

// readFields reads what belongs to the request, in the order of the fields' bits.
func (s *scanner) readFields(r *Request) *Error {
	row := r.Msgid.row()
	if row == nil {
		return fault(UnknownMsgid, "")
	}
	own := row.fields()
	if err := s.strayText(own); err != nil {
		return err
	}
	r.has = Field(s.given) & own
	r.Block, r.Remove = r.Msgid == Block, r.Msgid == RemoveMember // unless the frame says otherwise
	if err := row.check(r.Msgid, r.has); err != nil {
		return err
	}
	for left := r.has; left != 0; left &= left - 1 {
		if err := s.readField(r, memberIndex(bits.TrailingZeros32(uint32(left)))); err != nil {
			return err
		}
	}
	return nil
}

// strayText finds text that is not UTF-8 outside of the request's own fields.
func (s *scanner) strayText(own Field) *Error {
	for left := s.given &^ uint64(own); left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		if s.spans[i].bad {
			return fault(Malformed, `"`+memberNames[i]+`" is not valid UTF-8: send text in UTF-8, without lone surrogates`)
		}
	}
	return nil
}

func (s *scanner) readField(r *Request, i memberIndex) *Error {
	var ok bool
	switch fieldTypes[i] {
	case integer:
		*r.integer(i), ok = s.integer(i)
	case text:
		if s.spans[i].kind == aString && s.spans[i].bad {
			return fault(BadText, `"`+memberNames[i]+`" is not valid UTF-8: send text in UTF-8, without lone surrogates`)
		}
		*r.text(i), ok = s.text(i)
	case boolean:
		kind := s.spans[i].kind
		*r.boolean(i), ok = kind == aTrue, kind == aTrue || kind == aFalse
	}
	if !ok {
		return wrongType(i, fieldTypes[i])
	}
	return nil
}

// integer gives the value of a number, or of a string that holds one.
func (s *scanner) integer(i memberIndex) (int64, bool) {
	at := &s.spans[i]
	raw := s.data[at.start:at.end]
	switch {
	case at.bad || at.kind != aNumber && at.kind != aString:
		return 0, false
	case at.escaped:
		raw = appendUnescaped(nil, raw)
	}
	return wholeNumber(raw)
}

// text gives a copy of a string's text.
func (s *scanner) text(i memberIndex) (string, bool) {
	at := &s.spans[i]
	if at.kind != aString || at.bad {
		return "", false
	}
	raw := s.data[at.start:at.end]
	if !at.escaped {
		return string(raw), true
	}
	var short [512]byte
	return string(appendUnescaped(short[:0], raw)), true
}

func wrongType(i memberIndex, t fieldType) *Error {
	must := [...]string{
		integer: "a whole number from 0 to 9007199254740992",
		text:    "a string",
		boolean: "true or false",
	}
	return fault(BadField, `"`+memberNames[i]+`" must be `+must[t])
}

// check finds what is missing or too much among the fields that were given.
func (row *requestRow) check(id Msgid, given Field) *Error {
	for _, set := range row.one {
		switch n := bits.OnesCount32(uint32(given & set)); {
		case n == 0:
			return missing(id, set, " or ")
		case n > 1:
			return tooMuch(id, set)
		}
	}
	for _, set := range row.some {
		if given&set == 0 {
			return missing(id, set, " or ")
		}
	}
	if lacking := row.required &^ given; lacking != 0 {
		return missing(id, lacking, " and ")
	}
	if bits.OnesCount32(uint32(given&row.most)) > 1 {
		return tooMuch(id, row.most)
	}
	return nil
}

func missing(id Msgid, set Field, between string) *Error {
	return fault(BadField, set.join(between)+" is missing: frame "+strconv.Itoa(int(id))+" needs it")
}

func tooMuch(id Msgid, set Field) *Error {
	return fault(BadField, "frame "+strconv.Itoa(int(id))+" takes only one of "+set.join(" and "))
}

// join gives the quoted names of a set of fields.
func (f Field) join(between string) string {
	var names []string
	for ; f != 0; f &= f - 1 {
		names = append(names, `"`+memberNames[bits.TrailingZeros32(uint32(f))]+`"`)
	}
	return strings.Join(names, between)
}

// integer gives where an integer field is kept.
func (r *Request) integer(i memberIndex) *int64 {
	switch i {
	case iID:
		return &r.ID
	case iSendNext:
		return &r.SendNext
	case iTo:
		return &r.To
	case iFriendID:
		return &r.FriendID
	case iGID:
		return &r.GID
	case iMember:
		return &r.Member
	case iUser:
		return &r.User
	case iWith:
		return &r.With
	case iSendSeq:
		return &r.SendSeq
	case iSeq:
		return &r.Seq
	case iAfter:
		return &r.After
	case iBefore:
		return &r.Before
	case iLimit:
		return &r.Limit
	case iSession:
		return &r.Session
	}
	panic("wire: " + memberNames[i] + " is no integer field")
}

// text gives where a text field is kept.
func (r *Request) text(i memberIndex) *string {
	switch i {
	case iName:
		return &r.Name
	case iPwd:
		return &r.Pwd
	case iNewPwd:
		return &r.NewPwd
	case iDevice:
		return &r.Device
	case iToken:
		return &r.Token
	case iGName:
		return &r.GName
	case iGDesc:
		return &r.GDesc
	case iMsg:
		return &r.Msg
	case iPin:
		return &r.Pin
	case iKey:
		return &r.Key
	case iData:
		return &r.Data
	}
	panic("wire: " + memberNames[i] + " is no text field")
}

// boolean gives where a boolean field is kept.
func (r *Request) boolean(i memberIndex) *bool {
	switch i {
	case iBlock:
		return &r.Block
	case iRemove:
		return &r.Remove
	case iRevoke:
		return &r.Revoke
	}
	panic("wire: " + memberNames[i] + " is no boolean field")
}

// AppendJSON appends the request as a client sends it, without any framing: msgid,
// rid, then the fields that are Set and belong to this msgid.
func (r *Request) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, r.Msgid, r.RID)
	row := r.Msgid.row()
	if row == nil {
		return append(dst, '}')
	}
	for left := r.has & row.fields(); left != 0; left &= left - 1 {
		i := memberIndex(bits.TrailingZeros32(uint32(left)))
		dst = append(dst, ',', '"')
		dst = append(dst, memberNames[i]...)
		dst = append(dst, '"', ':')
		switch fieldTypes[i] {
		case integer:
			dst = strconv.AppendInt(dst, *r.integer(i), 10)
		case text:
			dst = appendQuoted(dst, *r.text(i))
		case boolean:
			dst = strconv.AppendBool(dst, *r.boolean(i))
		}
	}
	return append(dst, '}')
}
