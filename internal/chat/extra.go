package chat

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"parley/wire"
)

// Extra is what a message may have beside its text. Most messages have none: then it is nil.
type Extra struct {
	ReplyTo  int64 // the message that is answered, in the same conversation; 0 for none
	Mentions Mentions
}

// Mentions says whom a message mentions: users, each once and in the sender's order, or everybody
// who is in the conversation.
type Mentions struct {
	Users []UserID
	All   bool
}

// Nobody reports whether nobody is mentioned.
func (m *Mentions) Nobody() bool { return len(m.Users) == 0 && !m.All }

// Equal reports whether two are the same. A nil Users is like an empty one.
func (m *Mentions) Equal(other *Mentions) bool {
	if m == nil || other == nil {
		return m == other
	}
	return m.All == other.All && slices.Equal(m.Users, other.Users)
}

// CheckExtra returns what a message may have beside its text as it is kept, nil for nothing. Who
// is in the conversation is not looked at: see Mentions.Only. The error is BadField.
func CheckExtra(e *Extra) (*Extra, error) {
	if e == nil {
		return nil, nil
	}
	if e.ReplyTo < 0 {
		return nil, Errorf(wire.BadField, "which message do you answer? `reply_to` is its number, from 1")
	}
	m, err := CheckMentions(e.Mentions)
	if err != nil {
		return nil, err
	}
	if e.ReplyTo == 0 && m.Nobody() {
		return nil, nil
	}
	return &Extra{ReplyTo: e.ReplyTo, Mentions: m}, nil
}

// CheckMentions returns mentions with each user once. The error is BadField.
func CheckMentions(m Mentions) (Mentions, error) {
	if len(m.Users) > wire.MaxMentions {
		return Mentions{}, Errorf(wire.BadField, "`mentions` has %d users: at most %d can be mentioned in a message; `mention_all` mentions everybody", len(m.Users), wire.MaxMentions)
	}
	return m.Only(func(u UserID) bool { return u > 0 }), nil
}

// Only returns the mentions without the users for whom in is false, and each user once.
func (m *Mentions) Only(in func(UserID) bool) Mentions {
	left := Mentions{All: m.All}
	for _, u := range m.Users {
		if in(u) && !slices.Contains(left.Users, u) {
			left.Users = append(left.Users, u)
		}
	}
	return left
}

// Present is what a message has beside its text after what was done to it: a recalled one has
// nothing, and an edit may have set other mentions. s may be nil.
func (e *Extra) Present(s *State) *Extra {
	switch {
	case s == nil || s.Mentions == nil && !s.Recalled():
		return e
	case s.Recalled():
		return nil
	}
	now := Extra{Mentions: *s.Mentions}
	if e != nil {
		now.ReplyTo = e.ReplyTo
	}
	if now.ReplyTo == 0 && now.Mentions.Nobody() {
		return nil
	}
	return &now
}

// Packed is an Extra as it is kept and as it goes between nodes; "" is nothing. It has fields as
// protocol buffers have them: a number, a type and a value each. Neighbouring versions run side by
// side, and segments stay for years. So a number keeps its meaning for ever and is never given to
// another field, and a reader passes over numbers that it does not know; they stay in a message
// that is moved from one place to another.
type Packed string

const (
	extraReplyTo  = 1 // number
	extraMentions = 2 // numbers, packed
	extraAll      = 3 // number, not 0
	extraFiles    = 4 // kept free for the files of a message
)

// Pack returns an Extra as it is kept.
func (e *Extra) Pack() Packed {
	if e == nil {
		return ""
	}
	var b []byte
	if e.ReplyTo != 0 {
		b = protowire.AppendTag(b, extraReplyTo, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(e.ReplyTo)) //nolint:gosec // its bits
	}
	return Packed(e.Mentions.pack(b))
}

// Pack returns mentions by themselves, as the state of an edited message keeps them. It is never
// empty, so that nobody being mentioned is told from mentions that no edit has set.
func (m *Mentions) Pack() Packed {
	b := m.pack(nil)
	if b == nil { // a flag that is not set says the same
		b = protowire.AppendVarint(protowire.AppendTag(nil, extraAll, protowire.VarintType), 0)
	}
	return Packed(b)
}

func (m *Mentions) pack(b []byte) []byte {
	if len(m.Users) > 0 {
		var ids []byte
		for _, u := range m.Users {
			ids = protowire.AppendVarint(ids, uint64(u)) //nolint:gosec // its bits
		}
		b = protowire.AppendTag(b, extraMentions, protowire.BytesType)
		b = protowire.AppendBytes(b, ids)
	}
	if m.All {
		b = protowire.AppendTag(b, extraAll, protowire.VarintType)
		b = protowire.AppendVarint(b, 1)
	}
	return b
}

// Extra returns what is packed, nil for nothing that this version knows. What cannot be read is as
// good as nothing: the message stands.
func (p Packed) Extra() *Extra {
	if p == "" {
		return nil
	}
	e, ok := unpack([]byte(p))
	if !ok || e.ReplyTo == 0 && e.Mentions.Nobody() {
		return nil
	}
	return &e
}

// Mentions returns the mentions of a state: nil where no edit has set them.
func (p Packed) Mentions() *Mentions {
	if p == "" {
		return nil
	}
	e, _ := unpack([]byte(p))
	return &e.Mentions
}

func unpack(b []byte) (e Extra, ok bool) {
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			return Extra{}, false
		}
		b = b[size:]
		switch {
		case kind == protowire.VarintType && (n == extraReplyTo || n == extraAll):
			var v uint64
			if v, size = protowire.ConsumeVarint(b); n == extraReplyTo {
				e.ReplyTo = int64(v) //nolint:gosec // its bits
			} else {
				e.Mentions.All = v != 0
			}
		case kind == protowire.BytesType && n == extraMentions:
			var ids []byte
			if ids, size = protowire.ConsumeBytes(b); size >= 0 && !e.Mentions.unpack(ids) {
				return Extra{}, false
			}
		default: // of a later version
			size = protowire.ConsumeFieldValue(n, kind, b)
		}
		if size < 0 {
			return Extra{}, false
		}
		b = b[size:]
	}
	return e, true
}

func (m *Mentions) unpack(ids []byte) bool {
	for len(ids) > 0 {
		u, size := protowire.ConsumeVarint(ids)
		if size < 0 {
			return false
		}
		m.Users, ids = append(m.Users, UserID(u)), ids[size:] //nolint:gosec // its bits
	}
	return true
}
