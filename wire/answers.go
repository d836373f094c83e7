package wire

// AppendJSON for the frames that a server sends: one object, msgid first, without
// white space, allocating nothing but the growth of dst. Fields are always written
// in the same order; a refusal holds only what applies to it.

// appendOutcome appends erron and, for a refusal, errinfo.
func appendOutcome(dst []byte, code Code, info string) []byte {
	dst = appendInt(dst, `,"erron":`, int64(code))
	if code == OK {
		return dst
	}
	if info == "" {
		info = code.Text()
	}
	return appendText(dst, `,"errinfo":`, info)
}

// AppendJSON appends the frame. A refusal without Errinfo gets the code's own text.
func (a *RegisterReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, RegisterAnswer, a.RID)
	dst = appendOutcome(dst, a.Erron, a.Errinfo)
	if a.Erron != OK {
		return append(appendSome(dst, `,"retry_after_ms":`, a.RetryAfterMS), '}')
	}
	dst = appendInt(dst, `,"id":`, a.ID)
	return append(appendText(dst, `,"name":`, a.Name), '}')
}

// AppendJSON appends the frame. A refusal without Errinfo gets the code's own text.
func (a *LoginReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, LoginAnswer, a.RID)
	dst = appendOutcome(dst, a.Erron, a.Errinfo)
	if a.Erron != OK {
		return append(appendSome(dst, `,"retry_after_ms":`, a.RetryAfterMS), '}')
	}
	dst = appendInt(dst, `,"id":`, a.ID)
	dst = appendText(dst, `,"name":`, a.Name)
	dst = appendNonempty(dst, `,"device":`, a.Device)
	dst = appendNonempty(dst, `,"log":`, a.Log)
	dst = appendInt(dst, `,"last_send_seq":`, a.LastSendSeq)
	dst = appendNonempty(dst, `,"token":`, a.Token)
	dst = appendInt(dst, `,"heartbeat_ms":`, a.HeartbeatMS)
	dst = appendFriends(dst, a.Friends)
	return append(appendGroups(dst, a.Groups), '}')
}

func appendFriends(dst []byte, rows []FriendRow) []byte {
	dst = append(dst, `,"friends":[`...)
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInt(dst, `{"id":`, rows[i].ID)
		dst = appendText(dst, `,"name":`, rows[i].Name)
		dst = append(appendText(dst, `,"state":`, rows[i].State), '}')
	}
	return append(dst, ']')
}

func appendGroups(dst []byte, rows []GroupRow) []byte {
	dst = append(dst, `,"groups":[`...)
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInt(dst, `{"gid":`, rows[i].GID)
		dst = appendText(dst, `,"gname":`, rows[i].GName)
		dst = appendText(dst, `,"gdesc":`, rows[i].GDesc)
		dst = appendText(dst, `,"role":`, rows[i].Role)
		dst = append(appendInt(dst, `,"members":`, rows[i].Members), '}')
	}
	return append(dst, ']')
}

func appendMembers(dst []byte, rows []MemberRow) []byte {
	dst = append(dst, `,"members":[`...)
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInt(dst, `{"id":`, rows[i].ID)
		dst = appendText(dst, `,"name":`, rows[i].Name)
		dst = appendText(dst, `,"role":`, rows[i].Role)
		dst = append(appendNonempty(dst, `,"state":`, rows[i].State), '}')
	}
	return append(dst, ']')
}

// AppendJSON appends the message as it is delivered: msgid 4, or 8 with a GID.
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
	return append(appendNonempty(dst, `,"device":`, m.Device), '}')
}

// AppendMessages appends a JSON array of messages as they are delivered.
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

// AppendJSON appends the frame. A refusal without Errinfo gets the code's own text;
// every other field is left out when it is zero.
func (a *AckReply) AppendJSON(dst []byte) []byte {
	dst = appendInt(dst, `{"msgid":10,"re":`, int64(a.Re))
	dst = appendRID(dst, a.RID)
	dst = appendOutcome(dst, a.Erron, a.Errinfo)
	dst = appendSome(dst, `,"send_seq":`, a.SendSeq)
	dst = appendSome(dst, `,"seq":`, a.Seq)
	dst = appendNonempty(dst, `,"time":`, a.Time)
	dst = appendSome(dst, `,"gid":`, a.GID)
	dst = appendSome(dst, `,"friendid":`, a.FriendID)
	dst = appendNonempty(dst, `,"name":`, a.Name)
	dst = appendNonempty(dst, `,"state":`, a.State)
	dst = appendNonempty(dst, `,"token":`, a.Token)
	dst = appendSome(dst, `,"send_next":`, a.SendNext)
	return append(appendSome(dst, `,"retry_after_ms":`, a.RetryAfterMS), '}')
}

// AppendJSON appends the frame.
func (a *HeartbeatReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, HeartbeatAnswer, a.RID)
	return append(appendNonempty(dst, `,"time":`, a.Time), '}')
}

// AppendJSON appends the frame.
func (n *PresenceNotice) AppendJSON(dst []byte) []byte {
	dst = appendInt(dst, `{"msgid":14,"id":`, n.ID)
	dst = appendText(dst, `,"name":`, n.Name)
	return append(appendText(dst, `,"state":`, n.State), '}')
}

// AppendJSON appends the frame.
func (a *FriendsReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, FriendsAnswer, a.RID)
	dst = appendFriends(dst, a.Friends)
	return append(appendBool(dst, `,"more":`, a.More), '}')
}

// AppendJSON appends the frame: the members of GID, or without a GID the groups.
func (a *GroupsReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, GroupsAnswer, a.RID)
	if a.GID != 0 {
		dst = appendInt(dst, `,"gid":`, a.GID)
		dst = appendMembers(dst, a.Members)
	} else {
		dst = appendGroups(dst, a.Groups)
	}
	return append(appendBool(dst, `,"more":`, a.More), '}')
}

// appendWhere appends which conversation is meant: gid, or with.
func appendWhere(dst []byte, with, gid int64) []byte {
	if gid != 0 {
		return appendInt(dst, `,"gid":`, gid)
	}
	return appendInt(dst, `,"with":`, with)
}

// AppendJSON appends the frame.
func (a *HistoryReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, HistoryAnswer, a.RID)
	dst = appendWhere(dst, a.With, a.GID)
	dst = append(dst, `,"messages":`...)
	dst = AppendMessages(dst, a.Messages)
	dst = appendWindows(dst, a.Windows)
	return append(appendBool(dst, `,"more":`, a.More), '}')
}

// AppendJSON appends the frame. Without Reason it gets the code's own text.
func (n *GoodbyeNotice) AppendJSON(dst []byte) []byte {
	reason := n.Reason
	if reason == "" {
		reason = n.Code.Text()
	}
	dst = appendInt(dst, `{"msgid":26,"code":`, int64(n.Code))
	dst = appendText(dst, `,"reason":`, reason)
	dst = appendBool(dst, `,"reconnect":`, n.Reconnect)
	return append(appendInt(dst, `,"after_ms":`, n.AfterMS), '}')
}

// AppendJSON appends the frame.
func (a *ConversationsReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, ConversationsAnswer, a.RID)
	dst = append(dst, `,"conversations":[`...)
	for i := range a.Conversations {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = a.Conversations[i].append(dst)
	}
	dst = append(dst, ']')
	return append(appendBool(dst, `,"more":`, a.More), '}')
}

// appendWindows appends what of a group's log its reader may see, if that is told.
func appendWindows(dst []byte, rows []WindowRow) []byte {
	if rows == nil {
		return dst
	}
	dst = append(dst, `,"windows":[`...)
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInt(dst, `{"after":`, rows[i].After)
		dst = append(appendSome(dst, `,"until":`, rows[i].Until), '}')
	}
	return append(dst, ']')
}

func (c *ConversationRow) append(dst []byte) []byte {
	dst = appendInt(dst, `{"key":`, c.Key)
	dst = appendWhere(dst, c.With, c.GID)
	dst = appendText(dst, `,"name":`, c.Name)
	dst = appendInt(dst, `,"last_seq":`, c.LastSeq)
	dst = appendInt(dst, `,"delivered":`, c.Delivered)
	dst = appendInt(dst, `,"read":`, c.Read)
	dst = appendInt(dst, `,"unread":`, c.Unread)
	dst = appendWindows(dst, c.Windows)
	if c.Last != nil {
		dst = c.Last.AppendJSON(append(dst, `,"last":`...))
	}
	return append(dst, '}')
}

// AppendJSON appends the frame.
func (n *ReadNotice) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"msgid":29`...)
	dst = appendWhere(dst, n.With, n.GID)
	return append(appendInt(dst, `,"seq":`, n.Seq), '}')
}

// AppendJSON appends the frame; fields that are zero are left out.
func (n *ChangeNotice) AppendJSON(dst []byte) []byte {
	dst = appendText(dst, `{"msgid":34,"what":`, n.What)
	dst = appendSome(dst, `,"id":`, n.ID)
	dst = appendNonempty(dst, `,"name":`, n.Name)
	dst = appendNonempty(dst, `,"state":`, n.State)
	dst = appendSome(dst, `,"gid":`, n.GID)
	dst = appendNonempty(dst, `,"gname":`, n.GName)
	return append(appendSome(dst, `,"seq":`, n.Seq), '}')
}

// AppendJSON appends the frame.
func (a *PublicKeyReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, PublicKeyAnswer, a.RID)
	dst = appendText(dst, `,"key":`, a.Key)
	return append(appendText(dst, `,"nonce":`, a.Nonce), '}')
}

// AppendJSON appends the frame.
func (a *KeyExchangeReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, KeyExchangeAnswer, a.RID)
	return append(appendNonempty(dst, `,"pin":`, a.Pin), '}')
}

// AppendJSON appends the frame.
func (f *SealedFrame) AppendJSON(dst []byte) []byte {
	return append(appendText(dst, `{"msgid":25,"data":`, f.Data), '}')
}

// AppendJSON appends the frame.
func (a *SessionsReply) AppendJSON(dst []byte) []byte {
	dst = appendOpen(dst, SessionsAnswer, a.RID)
	dst = append(dst, `,"sessions":[`...)
	for i := range a.Sessions {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendInt(dst, `{"session":`, a.Sessions[i].Session)
		dst = appendText(dst, `,"device":`, a.Sessions[i].Device)
		dst = appendBool(dst, `,"online":`, a.Sessions[i].Online)
		dst = appendText(dst, `,"used":`, a.Sessions[i].Used)
		dst = append(appendBool(dst, `,"here":`, a.Sessions[i].Here), '}')
	}
	return append(appendBool(append(dst, ']'), `,"more":`, a.More), '}')
}
