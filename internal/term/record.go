package term

import (
	"time"

	"parley/client"
)

func eventRecord(e client.Event) record {
	switch e := e.(type) {
	case *client.Message:
		return messageRecord(e)
	case client.Changed:
		return changedRecord(e)
	case client.Gap:
		return record{Event: "gap", With: e.Conversation.With, GID: e.Conversation.GID, FromSeq: e.From, ToSeq: e.To}
	case client.NotMember:
		return absence(e)
	case client.Presence:
		return record{Event: "presence", ID: e.ID, Name: e.Name, Online: &e.Online}
	case client.Notice:
		return record{Event: "notice", What: e.What, ID: e.User.ID, Name: e.User.Name, GID: e.GID, Group: e.Group}
	case client.Read:
		return record{Event: "read", With: e.Conversation.With, GID: e.Conversation.GID, Seq: e.Seq}
	case client.SettingsChanged:
		return settingsRecord(e)
	case client.Receipts:
		return receiptsRecord(e)
	case client.Typing:
		return record{Event: "typing", With: e.Conversation.With, GID: e.Conversation.GID, ID: e.User.ID, Name: e.User.Name}
	case client.Connected:
		return record{
			Event: "login", ID: e.User.ID, Name: e.User.Name, Device: e.Device, Again: e.Again,
			Friends: friendRows(e.Friends), Groups: groupRows(e.Groups),
		}
	case client.Disconnected:
		return record{Event: "disconnected", Error: e.Err.Error(), RetryMS: e.Retry.Milliseconds()}
	case client.Unkept:
		return record{Event: "unkept", Error: e.Err.Error()}
	case client.Ended:
		return record{Event: "ended", Error: e.Err.Error()}
	default:
		return record{Event: "missed"}
	}
}

func absence(e client.NotMember) record {
	return record{Event: "absent", With: e.Conversation.With, GID: e.Conversation.GID, FromSeq: e.From, ToSeq: e.To}
}

func messageRecord(m *client.Message) record {
	r := record{
		Event: "message", With: m.Conversation.With, GID: m.Conversation.GID, Seq: m.Seq,
		ID: m.SenderID, From: m.SenderName, Text: m.Text, Time: stamp(m.Time), Mine: &m.Mine, Device: m.Device,
	}
	r.setState(m.State)
	return r
}

func ackRecord(r client.Receipt, text string) record {
	return record{
		Event: "ack", With: r.Conversation.With, GID: r.Conversation.GID, Seq: r.Seq,
		SendSeq: r.SendSeq, Time: stamp(r.Time), Text: text,
	}
}

func errorRecord(command string, err error) record {
	code := int(client.CodeOf(err))
	return record{Event: "error", Command: command, Text: err.Error(), Code: &code}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func friendRows(all []client.Friend) []friendRow {
	rows := make([]friendRow, len(all))
	for i, f := range all {
		rows[i] = friendRow{f.ID, f.Name, f.Online, f.Display}
	}
	return rows
}

func groupRows(all []client.GroupInfo) []groupRow {
	rows := make([]groupRow, len(all))
	for i, g := range all {
		rows[i] = groupRow{g.GID, g.Name, g.Description, g.Creator, g.Members}
	}
	return rows
}

func memberRows(all []client.Member) []memberRow {
	rows := make([]memberRow, len(all))
	for i, m := range all {
		rows[i] = memberRow{m.ID, m.Name, m.Creator, m.Online, m.Display}
	}
	return rows
}

func conversationRows(all []client.ConversationInfo) []conversationRow {
	rows := make([]conversationRow, len(all))
	for i, v := range all {
		rows[i] = conversationRow{v.Conversation.With, v.Conversation.GID, v.Name, v.LastSeq, v.Read, v.Unread, settingsOf(v.Settings)}
	}
	return rows
}

func sessionRows(all []client.LoginInfo) []sessionRow {
	rows := make([]sessionRow, len(all))
	for i, l := range all {
		rows[i] = sessionRow{l.DeviceID, l.Device, l.Label, l.Address, l.Online, stamp(l.Used), l.Here}
	}
	return rows
}
