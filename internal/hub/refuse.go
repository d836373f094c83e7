package hub

import "parley/internal/chat"

// Refuse answers a chat frame that could not be read, or may not be sent, in its place
// among the others: as with Send, a refusal for good uses its number up. A number that
// was taken before changes nothing.
func (s *Session) Refuse(o Outgoing, e *chat.Error) {
	switch verdict := s.admit(o.SendSeq); verdict {
	case nil:
		s.refuse(o, e)
	case repeated:
		s.answer(o, e)
	default:
		s.answer(o, verdict)
	}
}
