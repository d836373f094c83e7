package wire

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// UnknownFrameError says that a server sent a frame whose msgid this version does not know. A
// client should ignore the frame: a later version of the server may send it.
type UnknownFrameError struct{ Msgid Msgid }

// Error returns a text that has the msgid.
func (e *UnknownFrameError) Error() string {
	return fmt.Sprintf("wire: the server sent a frame with msgid %d, which this version does not know", e.Msgid)
}

// DecodeServer reads one frame of a server. It returns a pointer to the struct of the frame, for
// example *Message for frames 4 and 8 and *AckReply for frame 10. It ignores unknown fields and
// keeps no part of data.
//
// The error is an *UnknownFrameError if this version does not know the msgid, and an *Error if
// the frame is not valid.
func DecodeServer(data []byte) (frame any, err error) {
	s := scanner{table: protocol}
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
		if !s.given.and(rareInMessages).empty() { // few have a state, answer a message or mention somebody
			return decodeByTags(id, data)
		}
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

// rareInMessages are the fields of frames 4 and 8 that are not read by hand.
var rareInMessages = setOf(FRev, FReplyTo, FMentions, FMentionAll)

// decodeByTags reads the rare frames.
func decodeByTags(id Msgid, data []byte) (frame any, err error) {
	if !id.known() || frames[id].server == nil {
		return nil, &UnknownFrameError{id}
	}
	frame = reflect.New(serverPlans[id].of).Interface()
	object := bytes.Trim(data, " \t\r\n\x00")
	if err := json.Unmarshal(object, frame, rawRID); err != nil {
		return nil, &Error{Code: BadField, Info: "frame " + id.Name() + ": " + err.Error(), Re: id}
	}
	return frame, nil
}

// Awaited reports whether frame, a result of DecodeServer, is the answer to a request. If it is,
// Awaited returns its rid, which is that of the request. For a frame that the server sends by
// itself, ok is false.
func Awaited(frame any) (rid []byte, ok bool) {
	v := reflect.ValueOf(frame)
	if v.Kind() != reflect.Pointer {
		return nil, false
	}
	i, ok := answers[v.Type().Elem()]
	if !ok {
		return nil, false
	}
	return v.Elem().Field(i).Bytes(), true
}

// answers are the structs of frames that answer requests, with the index of their rid.
var answers = func() map[reflect.Type]int {
	all := map[reflect.Type]int{}
	for _, m := range Msgids() {
		if !m.IsRequest() {
			continue
		}
		p := serverPlans[m.Answer()]
		for _, f := range p.fields {
			if f.kind == scalar {
				all[p.of] = f.index
			}
		}
		if _, has := all[p.of]; !has {
			panic("wire: " + p.of.Name() + " answers " + m.Name() + " and has no rid")
		}
	}
	return all
}()

// rawRID keeps a rid as it is written. No other field of a server's frame is a []byte.
var rawRID = json.WithUnmarshalers(json.UnmarshalFromFunc(
	func(dec *jsontext.Decoder, rid *[]byte) error {
		value, err := dec.ReadValue()
		if err == nil && value.Kind() != 'n' {
			*rid = bytes.Clone(value)
		}
		return err
	}))
