package hub

import (
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
