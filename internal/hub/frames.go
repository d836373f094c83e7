package hub

import (
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// ack queues the ack of an append that is stored.
func (b *burst) ack(sub *submission) {
	a := wire.AckReply{
		Re: sub.msgid, RID: sub.rid, SendSeq: sub.SendSeq, Seq: sub.Seq, Time: b.timeText(sub.At),
	}
	b.frame = a.AppendJSON(b.frame[:0])
	b.queueFrame(sub.session.out, b.frame)
}

// answer refuses a chat frame.
func (s *Session) answer(o Outgoing, e *chat.Error) {
	s.sendRefusal(o.Msgid, o.RID, o.SendSeq, e)
}

func (s *Session) answerSub(sub *submission, e *chat.Error) {
	s.sendRefusal(sub.msgid, sub.rid, sub.SendSeq, e)
}

func (s *Session) sendRefusal(re wire.Msgid, rid []byte, sendSeq int64, e *chat.Error) {
	s.hub.Metrics.refused(e.Code)
	info := e.Info
	if info == "" {
		info = e.Code.Text()
	}
	a := wire.AckReply{
		Re: re, RID: rid, Erron: e.Code, Errinfo: info, SendSeq: sendSeq,
		SendNext: e.SendNext, RetryAfterMS: e.RetryAfter.Milliseconds(),
	}
	s.out.Send(a.AppendJSON(nil))
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
