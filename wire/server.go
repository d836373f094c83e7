package wire

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// UnknownFrameError is the error for a server's frame whose msgid this version does
// not know. A client skips the frame.
type UnknownFrameError struct{ Msgid Msgid }

// Error names the msgid.
func (e *UnknownFrameError) Error() string {
	return fmt.Sprintf("wire: the server sent a frame with msgid %d, which this version does not know", e.Msgid)
}

// DecodeServer reads one frame of a server and gives a pointer to its struct: 1
// *RegisterReply, 3 *LoginReply, 4 and 8 *Message, 10 *AckReply, 12 *HeartbeatReply,
// 14 *PresenceNotice, 16 *FriendsReply, 18 *GroupsReply, 20 *HistoryReply, 26
// *GoodbyeNotice, 28 *ConversationsReply, 29 *ReadNotice, 34 *ChangeNotice.
//
// Unknown fields are ignored. The error is *UnknownFrameError for any other msgid,
// and *Error for a frame that is not what a server sends. data may be reused at once.
func DecodeServer(data []byte) (frame any, err error) {
	var s scanner
	bad := s.scan(data)
	if bad == nil {
		bad = s.fault
	}
	id := Msgid(-1)
	if bad == nil {
		bad = s.readMsgid(&id)
	}
	if bad != nil {
		bad.Re = id
		return nil, bad
	}
	switch id {
	case Chat, GroupChat:
		return s.message(id)
	case Ack:
		return s.ack()
	}
	frame = newServerFrame(id)
	if frame == nil {
		return nil, &UnknownFrameError{id}
	}
	object := bytes.Trim(data, " \t\r\n\x00")
	if err := json.Unmarshal(object, frame, rawRID); err != nil {
		return nil, &Error{Code: BadField, Info: "frame " + id.Name() + ": " + err.Error(), Re: id}
	}
	return frame, nil
}

// newServerFrame gives the struct for frames that are read by their json tags.
func newServerFrame(id Msgid) any {
	switch id {
	case RegisterAnswer:
		return new(RegisterReply)
	case LoginAnswer:
		return new(LoginReply)
	case HeartbeatAnswer:
		return new(HeartbeatReply)
	case Presence:
		return new(PresenceNotice)
	case FriendsAnswer:
		return new(FriendsReply)
	case GroupsAnswer:
		return new(GroupsReply)
	case HistoryAnswer:
		return new(HistoryReply)
	case Goodbye:
		return new(GoodbyeNotice)
	case ConversationsAnswer:
		return new(ConversationsReply)
	case Read:
		return new(ReadNotice)
	case Change:
		return new(ChangeNotice)
	}
	return nil
}

// rawRID keeps a rid as it is written. No other field of a server's frame is a
// []byte.
var rawRID = json.WithUnmarshalers(json.UnmarshalFromFunc(
	func(dec *jsontext.Decoder, rid *[]byte) error {
		value, err := dec.ReadValue()
		if err == nil && value.Kind() != 'n' {
			*rid = bytes.Clone(value)
		}
		return err
	}))

// reading collects the fields of a hot frame; the first that is wrong stays.
type reading struct {
	s   *scanner
	re  Msgid
	bad *Error
}

func (r *reading) fail(err *Error) {
	if r.bad == nil {
		err.Re = r.re
		r.bad = err
	}
}

func (r *reading) integer(i memberIndex) int64 {
	if r.s.given&(1<<i) == 0 {
		return 0
	}
	at := &r.s.spans[i]
	v, ok := wholeNumber(r.s.data[at.start:at.end])
	if !ok || at.kind != aNumber {
		r.fail(wrongType(i, integer))
	}
	return v
}

func (r *reading) text(i memberIndex) string {
	if r.s.given&(1<<i) == 0 {
		return ""
	}
	v, ok := r.s.text(i)
	if !ok {
		r.fail(wrongType(i, text))
	}
	return v
}

// need fails for what is missing of members given by their bits.
func (r *reading) need(all uint32) {
	for i := range memberCount {
		if all&^r.s.given&(1<<i) != 0 {
			r.fail(fault(BadField, `"`+memberNames[i]+`" is missing in a frame of the server`))
		}
	}
}

func (s *scanner) message(id Msgid) (any, error) {
	r := reading{s: s, re: id}
	where := iTo
	if id == GroupChat {
		where = iGID
	}
	const always = 1<<iID | 1<<iFrom | 1<<iMsg | 1<<iTime | 1<<iSeq
	r.need(always | 1<<where)
	m := &Message{
		ID: r.integer(iID), From: r.text(iFrom), Msg: r.text(iMsg), Time: r.text(iTime),
		Seq: r.integer(iSeq), SendSeq: r.integer(iSendSeq), Device: r.text(iDevice),
	}
	if id == GroupChat {
		m.GID = r.integer(iGID)
	} else {
		m.To = r.integer(iTo)
	}
	if r.bad != nil {
		return nil, r.bad
	}
	return m, nil
}

func (s *scanner) ack() (any, error) {
	r := reading{s: s, re: Ack}
	r.need(1<<iRe | 1<<iErron)
	a := &AckReply{
		Re: -1, Erron: Code(r.integer(iErron)), Errinfo: r.text(iErrinfo),
		SendSeq: r.integer(iSendSeq), Seq: r.integer(iSeq), Time: r.text(iTime),
		GID: r.integer(iGID), FriendID: r.integer(iFriendID), Name: r.text(iName),
		SendNext: r.integer(iSendNext), RetryAfterMS: r.integer(iRetryAfterMS),
	}
	if at := s.spans[iRe]; string(s.data[at.start:at.end]) != "-1" {
		a.Re = Msgid(r.integer(iRe))
	}
	var rid Request
	if bad := s.readRID(&rid); bad != nil {
		r.fail(bad)
	}
	a.RID = rid.RID
	if r.bad != nil {
		return nil, r.bad
	}
	return a, nil
}
