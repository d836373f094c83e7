package wire

import "strconv"

// The frames that come again and again are written by hand, and messages and acks are read by
// hand too: messages, acks, presence, sealed pieces. Tests hold them against the plans of their structs.

// AppendJSON appends the message as the server delivers it: frame 4, or frame 8 if it has a GID.
func (m *Message) AppendJSON(dst []byte) []byte {
	if m.GID == 0 {
		dst = appendInt(dst, `{"msgid":4,"id":`, m.ID)
		dst = appendText(dst, `,"from":`, m.From)
		dst = appendInt(dst, `,"to":`, m.To)
	} else {
		dst = appendInt(dst, `{"msgid":8,"id":`, m.ID)
		dst = appendText(dst, `,"from":`, m.From)
		dst = appendInt(dst, `,"gid":`, m.GID)
	}
	dst = appendText(dst, `,"msg":`, m.Msg)
	dst = appendText(dst, `,"time":`, m.Time)
	dst = appendInt(dst, `,"seq":`, m.Seq)
	dst = appendSome(dst, `,"send_seq":`, m.SendSeq)
	dst = appendNonempty(dst, `,"device":`, m.Device)
	if m.ReplyTo != 0 || m.MentionAll || m.Mentions != nil {
		dst = m.appendExtra(dst)
	}
	if m.Rev != 0 {
		dst = m.appendState(dst)
	}
	return append(dst, '}')
}

// appendExtra appends what a message has beside its text. Most have nothing of it.
func (m *Message) appendExtra(dst []byte) []byte {
	dst = appendSome(dst, `,"reply_to":`, m.ReplyTo)
	if m.Mentions != nil {
		dst = append(dst, `,"mentions":[`...)
		for i, id := range m.Mentions {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, id, 10)
		}
		dst = append(dst, ']')
	}
	if m.MentionAll {
		dst = append(dst, `,"mention_all":true`...)
	}
	return dst
}

// appendState appends what was done to a message since it was sent. Most have nothing of it.
func (m *Message) appendState(dst []byte) []byte {
	dst = appendInt(dst, `,"rev":`, m.Rev)
	dst = appendNonempty(dst, `,"edited":`, m.Edited)
	if m.Recalled {
		dst = append(dst, `,"recalled":true`...)
	}
	dst = appendSome(dst, `,"by":`, m.By)
	if m.Reactions != nil {
		dst = append(dst, `,"reactions":[`...)
		for i := range m.Reactions {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, `{"emoji":`, m.Reactions[i].Emoji)
			dst = append(appendInt(dst, `,"count":`, m.Reactions[i].Count), '}')
		}
		dst = append(dst, ']')
	}
	if m.Mine != nil {
		dst = append(dst, `,"mine":`...)
		dst = appendTexts(dst, m.Mine)
	}
	if m.Pinned {
		dst = append(dst, `,"pinned":true`...)
	}
	return dst
}

// appendTexts appends a JSON array of texts.
func appendTexts(dst []byte, texts []string) []byte {
	dst = append(dst, '[')
	for i, t := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, t)
	}
	return append(dst, ']')
}

// AppendMessages appends a JSON array of messages, each as the server delivers it.
func AppendMessages(dst []byte, messages []Message) []byte {
	dst = append(dst, '[')
	for i := range messages {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = messages[i].AppendJSON(dst)
	}
	return append(dst, ']')
}

// AppendJSON appends the frame. If the request is refused and Errinfo is empty, it writes
// Code.Text. It leaves out fields that are zero, except re and erron.
func (a *AckReply) AppendJSON(dst []byte) []byte {
	dst = appendInt(dst, `{"msgid":10,"re":`, int64(a.Re))
	dst = appendRID(dst, a.RID)
	dst = appendInt(dst, `,"erron":`, int64(a.Erron))
	if a.Erron != OK {
		info := a.Errinfo
		if info == "" {
			info = a.Erron.Text()
		}
		dst = appendText(dst, `,"errinfo":`, info)
	}
	dst = appendSome(dst, `,"send_seq":`, a.SendSeq)
	dst = appendSome(dst, `,"seq":`, a.Seq)
	dst = appendNonempty(dst, `,"time":`, a.Time)
	dst = appendSome(dst, `,"rev":`, a.Rev)
	dst = appendSome(dst, `,"gid":`, a.GID)
	dst = appendSome(dst, `,"friendid":`, a.FriendID)
	dst = appendNonempty(dst, `,"name":`, a.Name)
	dst = appendNonempty(dst, `,"state":`, a.State)
	dst = appendNonempty(dst, `,"token":`, a.Token)
	dst = appendSome(dst, `,"send_next":`, a.SendNext)
	return append(appendSome(dst, `,"retry_after_ms":`, a.RetryAfterMS), '}')
}

// AppendJSON appends the frame.
func (n *PresenceNotice) AppendJSON(dst []byte) []byte {
	dst = appendInt(dst, `{"msgid":14,"id":`, n.ID)
	dst = appendText(dst, `,"name":`, n.Name)
	return append(appendText(dst, `,"state":`, n.State), '}')
}

// AppendJSON appends the frame.
func (f *SealedFrame) AppendJSON(dst []byte) []byte {
	return append(appendText(dst, `{"msgid":25,"data":`, f.Data), '}')
}

// What is wrong with a field of a server's frame becomes the scanner's fault.

func (s *scanner) fail(err *Error) {
	if s.fault == nil {
		s.fault = err
	}
}

// ownInteger returns a number of a server's frame, 0 if it is left out.
func (s *scanner) ownInteger(f *Field) int64 {
	if !s.given.has(f.index) {
		return 0
	}
	at := s.span(f.index)
	v, ok := wholeNumber(s.data[at.start:at.end])
	if !ok || at.kind != aNumber {
		s.fail(wrongType(f.name, integer))
	}
	return v
}

// ownText returns a text of a server's frame, "" if it is left out.
func (s *scanner) ownText(f *Field) string {
	if !s.given.has(f.index) {
		return ""
	}
	v, ok := s.textAt(s.span(f.index))
	if !ok {
		s.fail(wrongType(f.name, text))
	}
	return v
}

// need fails for what is missing.
func (s *scanner) need(all set) {
	if lacking := all.minus(s.given); !lacking.empty() {
		s.fail(fault(BadField, `"`+s.table.members[lacking.first()].name+`" is missing in a frame of the server`))
	}
}

// What the frames that are read by hand always have.
var (
	directNeeds = setOf(FID, mFrom, FMsg, mTime, FSeq, FTo)
	groupNeeds  = setOf(FID, mFrom, FMsg, mTime, FSeq, FGID)
	ackNeeds    = setOf(mRe, mErron)
)

// message reads frame 4 or 8; what is wrong is in s.fault.
func (s *scanner) message(id Msgid) *Message {
	m := &Message{
		ID: s.ownInteger(FID), From: s.ownText(mFrom), Msg: s.ownText(FMsg), Time: s.ownText(mTime),
		Seq: s.ownInteger(FSeq), SendSeq: s.ownInteger(FSendSeq), Device: s.ownText(FDevice),
	}
	if id == GroupChat {
		s.need(groupNeeds)
		m.GID = s.ownInteger(FGID)
	} else {
		s.need(directNeeds)
		m.To = s.ownInteger(FTo)
	}
	return m
}

// ack reads frame 10; what is wrong is in s.fault.
func (s *scanner) ack() *AckReply {
	s.need(ackNeeds)
	var rid Request
	if bad := s.readRID(&rid); bad != nil {
		s.fail(bad)
	}
	a := &AckReply{
		Re: -1, RID: rid.RID, Erron: Code(s.ownInteger(mErron)), Errinfo: s.ownText(mErrinfo),
		SendSeq: s.ownInteger(FSendSeq), Seq: s.ownInteger(FSeq), Time: s.ownText(mTime), Rev: s.ownInteger(FRev),
		GID: s.ownInteger(FGID), FriendID: s.ownInteger(FFriendID), Name: s.ownText(FName), State: s.ownText(mState), Token: s.ownText(FToken),
		SendNext: s.ownInteger(FSendNext), RetryAfterMS: s.ownInteger(mRetryAfterMS),
	}
	if at := s.span(mRe.index); string(s.data[at.start:at.end]) != "-1" {
		a.Re = Msgid(s.ownInteger(mRe))
	}
	return a
}
