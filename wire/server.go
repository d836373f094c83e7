package wire

import (
	"bytes"
	"fmt"
	"math/bits"

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
// 14 *PresenceNotice, 16 *FriendsReply, 18 *GroupsReply, 20 *HistoryReply, 22
// *PublicKeyReply, 24 *KeyExchangeReply, 25 *SealedFrame, 26 *GoodbyeNotice, 28
// *ConversationsReply, 29 *ReadNotice, 34 *ChangeNotice, 37 *SessionsReply.
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
		frame = s.message(id)
	case Ack:
		frame = s.ack()
	default:
		return decodeByTags(id, data)
	}
	if s.fault != nil {
		s.fault.Re = id
		return nil, s.fault
	}
	return frame, nil
}

// decodeByTags reads the frames that come seldom.
func decodeByTags(id Msgid, data []byte) (frame any, err error) {
	if frame = newServerFrame(id); frame == nil {
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
	case PublicKeyAnswer:
		return new(PublicKeyReply)
	case KeyExchangeAnswer:
		return new(KeyExchangeReply)
	case Sealed:
		return new(SealedFrame)
	case SessionsAnswer:
		return new(SessionsReply)
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

// The hot frames are read by hand. What is wrong with a field becomes the scanner's
// fault.

func (s *scanner) fail(err *Error) {
	if s.fault == nil {
		s.fault = err
	}
}

// ownInteger gives a number of a server's frame, 0 if it is left out.
func (s *scanner) ownInteger(i memberIndex) int64 {
	if s.given&(1<<i) == 0 {
		return 0
	}
	at := &s.spans[i]
	v, ok := wholeNumber(s.data[at.start:at.end])
	if !ok || at.kind != aNumber {
		s.fail(wrongType(i, integer))
	}
	return v
}

// ownText gives a text of a server's frame, "" if it is left out.
func (s *scanner) ownText(i memberIndex) string {
	if s.given&(1<<i) == 0 {
		return ""
	}
	v, ok := s.text(i)
	if !ok {
		s.fail(wrongType(i, text))
	}
	return v
}

// need fails for what is missing of members given by their bits.
func (s *scanner) need(all uint64) {
	if lacking := all &^ s.given; lacking != 0 {
		name := memberNames[bits.TrailingZeros64(lacking)]
		s.fail(fault(BadField, `"`+name+`" is missing in a frame of the server`))
	}
}

// message reads frame 4 or 8; what is wrong is in s.fault.
func (s *scanner) message(id Msgid) *Message {
	const always = 1<<iID | 1<<iFrom | 1<<iMsg | 1<<iTime | 1<<iSeq
	m := &Message{
		ID: s.ownInteger(iID), From: s.ownText(iFrom), Msg: s.ownText(iMsg), Time: s.ownText(iTime),
		Seq: s.ownInteger(iSeq), SendSeq: s.ownInteger(iSendSeq), Device: s.ownText(iDevice),
	}
	if id == GroupChat {
		s.need(always | 1<<iGID)
		m.GID = s.ownInteger(iGID)
	} else {
		s.need(always | 1<<iTo)
		m.To = s.ownInteger(iTo)
	}
	return m
}

// ack reads frame 10; what is wrong is in s.fault.
func (s *scanner) ack() *AckReply {
	s.need(1<<iRe | 1<<iErron)
	var rid Request
	if bad := s.readRID(&rid); bad != nil {
		s.fail(bad)
	}
	a := &AckReply{
		Re: -1, RID: rid.RID, Erron: Code(s.ownInteger(iErron)), Errinfo: s.ownText(iErrinfo),
		SendSeq: s.ownInteger(iSendSeq), Seq: s.ownInteger(iSeq), Time: s.ownText(iTime),
		GID: s.ownInteger(iGID), FriendID: s.ownInteger(iFriendID), Name: s.ownText(iName), State: s.ownText(iState), Token: s.ownText(iToken),
		SendNext: s.ownInteger(iSendNext), RetryAfterMS: s.ownInteger(iRetryAfterMS),
	}
	if at := s.spans[iRe]; string(s.data[at.start:at.end]) != "-1" {
		a.Re = Msgid(s.ownInteger(iRe))
	}
	return a
}
