package client

import "parley/wire"

// request begins a frame.
func request(id wire.Msgid) *wire.Request { return &wire.Request{Msgid: id} }

// about begins a frame about one conversation.
func about(name Conversation, id wire.Msgid) *wire.Request {
	q := request(id)
	if name.GID != 0 {
		q.GID = name.GID
		q.Set(wire.FGID)
	} else {
		q.With = name.With
		q.Set(wire.FWith)
	}
	return q
}

// chatFrame is an outbox entry as a frame.
func chatFrame(e *entry) *wire.Request {
	if e.change != nil {
		return changeFrame(e)
	}
	q := request(wire.Chat)
	if e.conv.GID != 0 {
		q.Msgid, q.GID = wire.GroupChat, e.conv.GID
		q.Set(wire.FGID)
	} else {
		q.To = e.conv.With
		q.Set(wire.FTo)
	}
	q.Msg = e.text
	q.Set(wire.FMsg)
	q.SendSeq = e.seq
	q.Set(wire.FSendSeq)
	if e.extra.ReplyTo != 0 {
		q.ReplyTo = e.extra.ReplyTo
		q.Set(wire.FReplyTo)
	}
	if !e.extra.Mentions.Empty() {
		setMentions(q, &e.extra.Mentions)
	}
	return q
}
