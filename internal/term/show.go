package term

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"parley/client"
)

// JSONHelp documents what --json prints.
const JSONHelp = `With --json every line is one JSON object. "event" says which:
  login         id, name, device, again, friends [{id,name,online}], groups [{gid,name,description,creator,members}]
  message       with or gid, seq, id, from, text, time, mine, device (one's own only), history (when asked for);
                what was done to it: rev, edited (a time), recalled, by, reactions [{emoji,count}], my_emoji, pinned
  changed       with or gid, seq, and as in message: what was done to a message, as it is now; text only if it was edited;
                without my_emoji, the emoji of your own are what they were
  ack           with or gid, seq, send_seq, time, text: the message is stored; for a change of a message, op and rev
  presence      id, name, online
  notice        what, id, name, gid, group
  read          with or gid, seq
  receipts      with or gid, positions [{id,received,read}]: how far others have come
  typing        with or gid, id, name: somebody is writing, now
  gap           with or gid, from_seq, to_seq: messages that could not be had
  absent        gid, from_seq, to_seq: messages that were said while you were not a member
  disconnected  error, retry_ms
  kept          with or gid, text: there is no connection; the message is sent when there is one
  unkept        error: what comes cannot be kept on this machine, and is not shown until it can
  ended         error
  missed        lists may have changed unseen: ask again
  result        command, and what it gave: ok, id, name, gid, friends, groups, members, conversations, sessions, readers, more, text
  error         command, text, code (the server's, 0 if it is not a refusal)`

// show prints what happens, for people or as JSON. Its methods may be called from
// any goroutine; every call is one write.
type show struct {
	mu   sync.Mutex
	out  io.Writer
	json bool
	zone *time.Location
	who  *roster
	// dated puts the date into every line: where nobody looks at the lines between, as in
	// the output of tail. Without it a line of its own says where another day begins.
	dated bool
	day   string // the last message's, "" before the first; guarded by mu
	err   error  // why the last write failed, if it did; guarded by mu
	// writing is who was shown to be writing, and when; only events use it.
	writing map[client.Typing]time.Time
}

// record is one line of --json; see JSONHelp.
type record struct {
	Event         string            `json:"event"`
	Command       string            `json:"command,omitempty"`
	OK            bool              `json:"ok,omitzero"`
	With          int64             `json:"with,omitzero"`
	GID           int64             `json:"gid,omitzero"`
	Seq           int64             `json:"seq,omitzero"`
	FromSeq       int64             `json:"from_seq,omitzero"`
	ToSeq         int64             `json:"to_seq,omitzero"`
	SendSeq       int64             `json:"send_seq,omitzero"`
	ID            int64             `json:"id,omitzero"`
	DeviceID      int64             `json:"device_id,omitzero"`
	Name          string            `json:"name,omitempty"`
	From          string            `json:"from,omitempty"`
	Text          string            `json:"text,omitempty"`
	Time          string            `json:"time,omitempty"`
	Mine          *bool             `json:"mine,omitempty"`
	Device        string            `json:"device,omitempty"`
	History       bool              `json:"history,omitzero"`
	Again         bool              `json:"again,omitzero"`
	Online        *bool             `json:"online,omitempty"`
	What          string            `json:"what,omitempty"`
	Group         string            `json:"group,omitempty"`
	Friends       []friendRow       `json:"friends,omitzero"`
	Groups        []groupRow        `json:"groups,omitzero"`
	Members       []memberRow       `json:"members,omitzero"`
	Conversations []conversationRow `json:"conversations,omitzero"`
	Sessions      []sessionRow      `json:"sessions,omitzero"`
	More          bool              `json:"more,omitzero"`
	Error         string            `json:"error,omitempty"`
	Code          *int              `json:"code,omitempty"`
	RetryMS       int64             `json:"retry_ms,omitzero"`
	Settings      *settingsRow      `json:"settings,omitempty"`
	Readers       *readersRow       `json:"readers,omitempty"`
	Positions     []positionRow     `json:"positions,omitempty"`
	Profile       *profileRow       `json:"profile,omitempty"`
	People        []personRow       `json:"people,omitzero"`
	Op            string            `json:"op,omitempty"`
	Rev           int64             `json:"rev,omitzero"`
	Edited        string            `json:"edited,omitempty"`
	Recalled      bool              `json:"recalled,omitzero"`
	By            int64             `json:"by,omitzero"`
	Reactions     []reactionRow     `json:"reactions,omitempty"`
	MyEmoji       []string          `json:"my_emoji,omitzero"`
	Pinned        *bool             `json:"pinned,omitempty"`
	Requests      []requestRow      `json:"requests,omitzero"`
	Asked         bool              `json:"asked,omitzero"`
}

type friendRow struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Online  bool   `json:"online"`
	Display string `json:"display,omitempty"`
}

type sessionRow struct {
	DeviceID int64  `json:"device_id"`
	Device   string `json:"device"`
	Label    string `json:"label"`
	Address  string `json:"address"`
	Online   bool   `json:"online"`
	Used     string `json:"used"`
	Here     bool   `json:"here"`
}

type groupRow struct {
	GID         int64  `json:"gid"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Creator     bool   `json:"creator"`
	Members     int64  `json:"members"`
}

type memberRow struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Creator bool   `json:"creator"`
	Online  bool   `json:"online"`
	Display string `json:"display,omitempty"`
}

type conversationRow struct {
	With    int64  `json:"with,omitzero"`
	GID     int64  `json:"gid,omitzero"`
	Name    string `json:"name"`
	LastSeq int64  `json:"last_seq"`
	Read    int64  `json:"read"`
	Unread  int64  `json:"unread"`
	*settingsRow
}

// object prints one JSON line.
func (s *show) object(r record) {
	line, err := json.Marshal(r)
	if err != nil {
		line = []byte(`{"event":"error","text":"this could not be written as JSON"}`)
	}
	s.write(string(line))
}

// line prints one line for people.
func (s *show) line(format string, args ...any) { s.write(fmt.Sprintf(format, args...)) }

func (s *show) write(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, s.err = io.WriteString(s.out, line+"\n")
}

// failed is why the last line could not be written; nil if it could.
func (s *show) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// event shows what the client tells.
func (s *show) event(e client.Event) {
	if s.json {
		s.object(eventRecord(e))
		return
	}
	switch e := e.(type) {
	case *client.Message:
		if !e.Sent {
			s.message(e)
		}
	case client.Receipts:
		s.receipts(e)
	case client.Typing:
		s.typing(e)
	case client.Changed:
		s.changed(e)
	case client.Gap:
		s.line("* %s: messages %d to %d could not be had", s.who.label(e.Conversation), e.From, e.To)
	case client.NotMember:
		s.absence(e)
	case client.Presence:
		s.line("* %s is %s", name(e.Name), state(e.Online))
	case client.Notice:
		s.notice(e)
	case client.Disconnected:
		s.line("* connection lost (%s); trying again in %v", name(e.Err.Error()), e.Retry.Round(100*time.Millisecond))
	case client.Unkept:
		s.line("! what comes is not shown, because it cannot be kept on this machine: %s; it is tried again every second", name(e.Err.Error()))
	case client.Connected:
		s.connected(e)
	case client.Ended:
		s.line("* the end: %s", name(e.Err.Error()))
	}
}

// absence shows where somebody was not in a group: what is missing there is no fault.
func (s *show) absence(e client.NotMember) {
	s.line("* %s: you were not a member (messages %d to %d)", s.who.label(e.Conversation), e.From, e.To)
}

func (s *show) message(m *client.Message) { s.messageAs(m, "") }

// numbered shows a message with its number, by which it can be named.
func (s *show) numbered(m *client.Message) { s.messageAs(m, fmt.Sprintf("@%-4d ", m.Seq)) }

func (s *show) messageAs(m *client.Message, number string) {
	from := name(m.SenderName)
	if m.Mine {
		from = "me"
		if m.Device != "" {
			from += " (" + name(m.Device) + ")"
		}
		if m.Conversation.With != 0 {
			from += " to " + s.who.label(m.Conversation)
		}
	}
	if m.Conversation.GID != 0 {
		from = "[" + s.who.label(m.Conversation) + "] " + from
	}
	at := m.Time.In(s.zone)
	words := from + ":" + stateWords(m.State) + "\n"
	if !m.State.Recalled {
		words = from + ": " + clean(m.Text) + stateWords(m.State) + "\n"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	line := number + at.Format("15:04:05 ") + words
	if s.dated {
		line = at.Format("2006-01-02 15:04:05 ") + words
	} else if day := at.Format(time.DateOnly); s.day != day {
		today := time.Now().In(s.zone).Format(time.DateOnly)
		if s.day != "" || day != today { // what was shown first is of today, unless it says so
			line = at.Format("-- Monday, 2 January 2006 --\n") + line
		}
		s.day = day
	}
	_, s.err = io.WriteString(s.out, line)
}

func (s *show) connected(e client.Connected) {
	if e.NewLog {
		s.line("* the server was set back to an older state: what came after that is gone there, and what it has comes again")
	}
	if e.Again {
		s.line("* connected again")
		return
	}
	s.write(fmt.Sprintf("* logged in as %s (id %d)\n%s\n%s\n* /help lists the commands",
		name(e.User.Name), e.User.ID, friendList(e.Friends), groupList(e.Groups)))
}

// friendList and groupList are several lines, printed in one piece.
func friendList(all []client.Friend) string {
	if len(all) == 0 {
		return "no friends yet: /friend NAME adds one"
	}
	sortFriends(all)
	lines := []string{"friends:"}
	for _, f := range all {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  %-20s id %-6d %-8s %s", name(f.Name), f.ID, state(f.Online), name(f.Display)), " "))
	}
	return strings.Join(lines, "\n")
}

func groupList(all []client.GroupInfo) string {
	if len(all) == 0 {
		return "no groups yet: /mkgroup NAME makes one, /join GID joins one"
	}
	lines := []string{"groups:"}
	for _, g := range all {
		role := ""
		if g.Creator {
			role = ", yours"
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  #%-5d %-20s %d members%s  %s",
			g.GID, name(g.Name), g.Members, role, name(g.Description)), " "))
	}
	return strings.Join(lines, "\n")
}

// notices words a Notice: %s is the user, then the group.
var notices = map[string]string{
	"friend_added":        "%s is now your friend",
	"friend_removed":      "%s is no longer your friend",
	"group_created":       "%.0sgroup %s was made",
	"member_joined":       "%s joined %s",
	"member_left":         "%s left %s",
	"member_removed":      "%s was removed from %s",
	"removal_lifted":      "%s may join %s again",
	"creator_changed":     "%s now looks after %s",
	"blocked":             "you blocked %s",
	"unblocked":           "you no longer block %s",
	"friend_request":      "%s asks to be your friend: /accept or /decline",
	"friend_asked":        "you asked %s to be your friend",
	"friend_request_gone": "the friend request of, or to, %s is gone",
	"profile_changed":     "your profile was changed on another device%.0s",
}

func (s *show) notice(e client.Notice) {
	words, ok := notices[e.What]
	if !ok {
		return
	}
	user := name(e.User.Name)
	if user == "" {
		user = fmt.Sprintf("user %d", e.User.ID)
	}
	if strings.Count(words, "%") == 1 {
		s.line("* "+words, user)
		return
	}
	s.line("* "+words, user, s.who.label(client.Group(e.GID)))
}

func state(online bool) string {
	if online {
		return "online"
	}
	return "offline"
}
