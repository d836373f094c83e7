package term

import (
	"time"

	"parley/client"
)

// positionRow is how far somebody has come, as JSON.
type positionRow struct {
	ID       int64 `json:"id"`
	Received int64 `json:"received"`
	Read     int64 `json:"read"`
}

func receiptsRecord(e client.Receipts) record {
	r := record{Event: "receipts", With: e.Conversation.With, GID: e.Conversation.GID, Positions: []positionRow{}}
	for _, p := range e.Positions {
		r.Positions = append(r.Positions, positionRow{p.User, p.Received, p.Read})
	}
	return r
}

// receipts shows what the other one of a direct conversation has read, in the form of the line that
// says that a message is stored. In a group, /readers is for that.
func (s *show) receipts(e client.Receipts) {
	for _, p := range e.Positions {
		if e.Conversation.With != 0 && p.Read > 0 {
			s.line("  ✓✓ %s %d", s.who.label(e.Conversation), p.Read)
		}
	}
}

// typing shows that somebody is writing, once while they go on.
func (s *show) typing(e client.Typing) {
	now := time.Now()
	for who, at := range s.writing {
		if now.Sub(at) > client.TypingShown {
			delete(s.writing, who)
		}
	}
	_, shown := s.writing[e]
	if s.writing == nil {
		s.writing = map[client.Typing]time.Time{}
	}
	s.writing[e] = now
	switch {
	case shown:
	case e.Conversation.GID != 0:
		s.line("* %s is typing in %s", name(e.User.Name), s.who.label(e.Conversation))
	default:
		s.line("* %s is typing", name(e.User.Name))
	}
}
