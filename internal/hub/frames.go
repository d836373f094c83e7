package hub

import (
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// outcome queues the frame that tells what became of a message of the session.
func (s *Session) outcome(b *burst, o Outcome) {
	at := ""
	if o.Err == nil {
		at = b.timeText(o.At)
	}
	b.frame = s.owner.AppendOutcome(b.frame[:0], o, at)
	b.queueFrame(s.out, b.frame)
}

// appendMessage appends the frame of a message; device is "" but on one's own.
func (b *burst) appendMessage(dst []byte, c *chat.Conv, m *chat.Message, from, device string) []byte {
	w := wire.Message{
		ID: int64(m.Sender), From: from, Msg: m.Body, Time: b.timeText(m.SentAt),
		Seq: m.Seq, SendSeq: m.SendSeq, Device: device,
	}
	if c.Kind == chat.Group {
		w.GID = int64(c.Group)
	} else {
		w.To = int64(c.Other(m.Sender))
	}
	return w.AppendJSON(dst)
}

// encode makes the bytes of a whole run, for those who sent none of it.
func (b *burst) encode(c *conv, run []delivery, f wire.Framing) {
	blob := b.blobs[f][:0]
	for i := range run {
		b.frame = b.appendMessage(b.frame[:0], &c.Conv, &run[i].Message, run[i].from, "")
		blob = wire.AppendFramed(blob, f, b.frame)
	}
	b.blobs[f] = blob
}

// timeText writes a time as frames carry it. The messages of one commit share theirs,
// so that the last one is kept.
func (b *burst) timeText(t time.Time) string {
	if ms := t.UnixMilli(); ms != b.stamp || b.text == "" {
		b.stamp, b.text = ms, string(wire.AppendTime(nil, t))
	}
	return b.text
}
