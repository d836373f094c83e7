package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/client"
	"parley/wire"
)

// command is one row of what can be typed.
type command struct {
	name string
	args string
	help string
	run  func(ch *Chat, ctx context.Context, args string) error
}

// commands is everything there is, in the order of /help. It is filled by init,
// because /help itself reads it.
var commands []command

func init() {
	commands = []command{
		{"/to", "NAME|ID|#GID", "plain text goes there from now on", (*Chat).to},
		{"/msg", "NAME|ID TEXT", `send one message to a user; quote a name with spaces: "li si"`, (*Chat).msg},
		{"/group", "GID TEXT", "send one message to a group; /group help lists what else it does: invitations, roles, rules", (*Chat).groupCommand},
		{"/friend", "NAME|ID", "add a friend", (*Chat).friend},
		{"/requests", "", "who asks to be your friend, and whom you ask", (*Chat).requests},
		{"/accept", "NAME|ID", "agree to be friends", (*Chat).accept},
		{"/decline", "NAME|ID", "decline a friend request, or withdraw your own", (*Chat).decline},
		{"/unfriend", "NAME|ID", "end a friendship", (*Chat).unfriend},
		{"/block", "NAME|ID", "take no more messages from a user", (*Chat).block},
		{"/blocked", "", "list whom you block", (*Chat).blocked},
		{"/unblock", "NAME|ID", "take messages from a user again", (*Chat).unblock},
		{"/mkgroup", "NAME [DESCRIPTION]", `make a group that others join by its number (/group create: by invitation); quote a name with spaces: "book club"`, (*Chat).mkgroup},
		{"/join", "GID|CODE|LINK", "join an open group, or one that you are invited to, and talk to it", (*Chat).join},
		{"/leave", "GID", "leave a group", (*Chat).leaveGroup},
		{"/kick", "GID NAME|ID", "remove a member from your group", (*Chat).kick},
		{"/readmit", "GID NAME|ID", "let somebody whom you removed join again", (*Chat).readmit},
		{"/friends", "", "list friends and who is online", (*Chat).friends},
		{"/groups", "", "list your groups", (*Chat).groups},
		{"/members", "GID", "list the members of a group", (*Chat).members},
		{"/edit", "[@N] TEXT", "give your last message here, or message N, another text", (*Chat).editMessage},
		{"/recall", "[@N]", "take your last message here, or message N, back for ever", (*Chat).recallMessage},
		{"/react", "[@N] EMOJI", "react to the last message here, or to message N", (*Chat).react},
		{"/unreact", "[@N] EMOJI", "withdraw a reaction", (*Chat).unreact},
		{"/pin", "[@N]", "pin the last message here, or message N", (*Chat).pinMessage},
		{"/unpin", "[@N]", "unpin it", (*Chat).unpinMessage},
		{"/pins", "[NAME|ID|#GID]", "show the pinned messages, of the current conversation by default", (*Chat).pins},
		{"/history", "[NAME|ID|#GID] [N]", "show the last N messages (20) with their numbers, of the current conversation by default", (*Chat).history},
		{"/list", "", "list conversations with what is unread, the newest first", (*Chat).list},
		{"/notify", "all|mentions|none [NAME|ID|#GID]", "what your devices tell you of in a conversation", (*Chat).notify},
		{"/mute", "HOURS|off [NAME|ID|#GID]", "your devices tell you nothing of a conversation for a while", (*Chat).mute},
		{"/top", "[NAME|ID|#GID]", "keep a conversation at the top of the list", (*Chat).top},
		{"/untop", "[NAME|ID|#GID]", "no longer", (*Chat).untop},
		{"/hide", "[NAME|ID|#GID]", "put a conversation out of sight until its next message", (*Chat).hide},
		{"/read", "[NAME|ID|#GID]", "mark a conversation as read", (*Chat).read},
		{"/find", "NAME", "find people by the beginning of their names", (*Chat).findPeople},
		{"/profile", "[NAME|ID]", "what somebody shows of themselves; without a name, what you show", (*Chat).profile},
		{"/display", "[NAME]", "how you want to be called; without a name, by the name of your account", (*Chat).display},
		{"/about", "[TEXT]", "a text about yourself; without a text, none", (*Chat).aboutMe},
		{"/private", "receipts|seen on|off", "whether others are told what you have read, and when you were last here", (*Chat).private},
		{"/readers", "[NAME|ID|#GID] SEQ", "who has received and read a message", (*Chat).readers},
		{"/delete-account", "PASSWORD|cancel", "have your account deleted in 7 days, or take that back", (*Chat).deleteAccount},
		{"/sessions", "", "list what is logged in to your account", (*Chat).sessions},
		{"/revoke", "DEVICE", "log one of those out, by its number, and end its token", (*Chat).revoke},
		{"/who", "", "who you are, and where plain text goes", (*Chat).whoami},
		{"/help", "", "this list", (*Chat).help},
		{"/logout", "", "log out, end this device's token and leave; the next start asks for the password", (*Chat).logout},
		{"/quit", "", "leave", quit},
	}
}

// line runs one line: a command, or text for the current conversation. The error is
// errQuit alone; any other was shown.
func (ch *Chat) line(ctx context.Context, in input) error {
	line := strings.TrimRight(in.line, "\r\n")
	if strings.TrimSpace(line) == "" {
		return nil
	}
	verb, args := "text", line
	run := (*Chat).text
	switch {
	case in.text:
	case strings.HasPrefix(line, "//"):
		args = line[1:] // "//x" is the text "/x"
	case strings.HasPrefix(line, "/"):
		verb, args, _ = strings.Cut(line, " ")
		args = strings.TrimSpace(args)
		run = find(verb)
	}
	if ch.offline() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, attempt)
		defer cancel()
	}
	err := run(ch, ctx, args)
	if err == nil || errors.Is(err, errQuit) {
		return err
	}
	if ch.offline() && errors.Is(err, context.DeadlineExceeded) {
		err = errOffline
	}
	ch.failed(verb, err)
	return nil
}

var errOffline = errors.New("there is no connection to the server now; messages are kept and sent later, but this has to be done again when it is back")

func find(verb string) func(*Chat, context.Context, string) error {
	for _, c := range commands {
		if c.name == verb {
			return c.run
		}
	}
	return func(*Chat, context.Context, string) error {
		return fmt.Errorf("there is no command %s; /help lists them (write //… for a text that begins with a slash)", name(verb))
	}
}

func (ch *Chat) failed(verb string, err error) {
	ch.failures.Add(1)
	if ch.JSON {
		ch.show.object(errorRecord(verb, err))
		return
	}
	ch.show.line("! %s: %s", name(verb), name(err.Error()))
}

// done shows that a command has done its work.
func (ch *Chat) done(r record, format string, args ...any) {
	if ch.JSON {
		r.Event, r.OK = "result", true
		ch.show.object(r)
		return
	}
	ch.show.line("* "+format, args...)
}

func quit(*Chat, context.Context, string) error { return errQuit }

// logout ends the token, here and on the server, so that whoever sits down here next needs
// the password, and a copy of the token is of no use.
func (ch *Chat) logout(context.Context, string) error {
	ch.signOut = true
	return errQuit
}

func (ch *Chat) text(ctx context.Context, text string) error {
	if ch.current == (client.Conversation{}) {
		return errors.New("to whom? Choose with /to NAME, /to ID or /to #GID first")
	}
	return ch.send(ctx, ch.current, text)
}

// send waits for the ack in a pipe. At a terminal nobody waits: the ack is shown when
// it comes.
func (ch *Chat) send(ctx context.Context, to client.Conversation, text string) error {
	text, err := fit(text)
	if err != nil {
		return err
	}
	if ch.prompt == nil && ch.store == nil {
		r, err := ch.c.SendTo(ctx, to, text)
		if err == nil {
			ch.acked(r, text)
		}
		return err
	}
	lost, answered := ch.whenLost(), make(chan struct{})
	err = ch.c.Post(to, text, func(r client.Receipt, err error) {
		defer close(answered)
		ch.outcome(to, text, r, err)
	})
	if err != nil {
		return err
	}
	if ch.offline() {
		ch.kept(to, text)
		return nil
	}
	if ch.prompt != nil {
		return nil
	}
	select {
	case <-answered:
	case <-lost:
		ch.kept(to, text)
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// outcome shows what became of a message.
func (ch *Chat) outcome(to client.Conversation, text string, r client.Receipt, err error) {
	switch {
	case err == nil:
		ch.acked(r, text)
	case !errors.Is(err, client.ErrKept): // those are counted when all is over
		ch.failed("not sent to "+ch.who.label(to), err)
	}
}

// kept shows that a message waits for the connection.
func (ch *Chat) kept(to client.Conversation, text string) {
	if ch.JSON {
		ch.show.object(record{Event: "kept", With: to.With, GID: to.GID, Text: text})
		return
	}
	ch.show.line("  … %s: kept", ch.who.label(to))
}

func (ch *Chat) acked(r client.Receipt, text string) {
	if ch.JSON {
		ch.show.object(ackRecord(r, text))
		return
	}
	ch.show.line("  ✓ %s %d", ch.who.label(r.Conversation), r.Seq)
}

func (ch *Chat) to(ctx context.Context, args string) error {
	v, err := ch.conversation(ctx, args)
	if err != nil {
		return err
	}
	ch.turn(v)
	ch.recall(ctx, v)
	ch.done(record{Command: "/to", With: v.With, GID: v.GID}, "now talking to %s", ch.who.label(v))
	return nil
}

// turn makes v the conversation where plain text goes.
func (ch *Chat) turn(v client.Conversation) {
	ch.current = v
	if ch.prompt != nil {
		ch.prompt(ch.who.label(v) + "> ")
	}
}

// conversation reads NAME, ID or #GID; "" is the current conversation.
func (ch *Chat) conversation(ctx context.Context, s string) (client.Conversation, error) {
	switch {
	case s == "" && ch.current != (client.Conversation{}):
		return ch.current, nil
	case s == "":
		return ch.current, errors.New("with whom? Give NAME, ID or #GID")
	case strings.HasPrefix(s, "#"):
		id, err := gid(s)
		return client.Group(id), err
	}
	id, err := ch.who.user(ctx, ch.c, s)
	return client.Direct(id), err
}

func (ch *Chat) msg(ctx context.Context, args string) error {
	who, text, err := quoted(args)
	if err != nil {
		return errors.New(`write /msg NAME TEXT, and a name with spaces in quotes: /msg "li si" TEXT`)
	}
	id, err := ch.who.user(ctx, ch.c, who)
	if err != nil {
		return err
	}
	return ch.send(ctx, client.Direct(id), text)
}

func (ch *Chat) group(ctx context.Context, args string) error {
	which, text, _ := strings.Cut(args, " ")
	id, err := gid(which)
	if err != nil {
		return err
	}
	return ch.send(ctx, client.Group(id), text)
}

func (ch *Chat) list(ctx context.Context, _ string) error {
	all, err := ch.recent(ctx)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/list", Conversations: conversationRows(all)}, "")
		return nil
	}
	if len(all) == 0 {
		ch.show.line("nothing was said yet")
	}
	for _, v := range all {
		where := name(v.Name)
		if v.Conversation.GID != 0 {
			where = fmt.Sprintf("#%d %s", v.Conversation.GID, where)
		}
		last := ""
		if v.Last != nil {
			last = name(v.Last.SenderName) + ": " + name(v.Last.Text)
		}
		ch.show.line("  %-24s %5s unread  %s%s", where, unread(v.Unread), marks(v.Settings), last)
	}
	return nil
}

func unread(n int64) string {
	if n >= wire.UnreadCap {
		return strconv.Itoa(wire.UnreadCap-1) + "+"
	}
	return strconv.FormatInt(n, 10)
}

func (ch *Chat) read(ctx context.Context, args string) error {
	v, err := ch.conversation(ctx, args)
	if err != nil {
		return err
	}
	newest, err := ch.c.HistoryBefore(ctx, v, 0, 1)
	if err != nil {
		return err
	}
	var seq int64
	if n := len(newest.Messages); n > 0 {
		seq = newest.Messages[n-1].Seq
		if err := ch.c.MarkRead(ctx, v, seq); err != nil {
			return err
		}
	}
	ch.done(record{Command: "/read", With: v.With, GID: v.GID, Seq: seq}, "%s is read", ch.who.label(v))
	return nil
}

func (ch *Chat) history(ctx context.Context, args string) error {
	const usual = 20
	limit := usual
	words := strings.Fields(args)
	// The last word is the number, unless it is the only one: then it is whose history,
	// if no conversation is chosen.
	if n := len(words); n > 1 || n == 1 && ch.current != (client.Conversation{}) {
		if v, err := strconv.Atoi(words[n-1]); err == nil && v > 0 {
			limit, words = min(v, wire.MaxPage), words[:n-1]
		}
	}
	v, err := ch.conversation(ctx, strings.Join(words, " "))
	if err != nil {
		return err
	}
	if ch.store != nil && !ch.proved.Load() {
		return errors.New("what was said is shown once you have logged in, and there is no connection to the server now")
	}
	page, err := ch.recallOver(ctx, v, limit)
	if err != nil {
		return err
	}
	for i, m := range page.Messages {
		if i > 0 {
			ch.absence(v, page.Windows, page.Messages[i-1].Seq, m.Seq)
		}
		if ch.JSON {
			r := messageRecord(m)
			r.History = true
			ch.show.object(r)
			continue
		}
		ch.show.numbered(m)
	}
	ch.done(record{Command: "/history", With: v.With, GID: v.GID, More: page.More},
		"%d messages of %s", len(page.Messages), ch.who.label(v))
	return nil
}

// recallOver returns the last messages, also from before the last time in a group: there a
// page of history ends.
func (ch *Chat) recallOver(ctx context.Context, v client.Conversation, limit int) (client.Page, error) {
	page, err := ch.c.Messages(ctx, v, 0, limit)
	for err == nil && page.More && page.Windows != nil && len(page.Messages) > 0 && len(page.Messages) < limit {
		var older client.Page
		older, err = ch.c.Messages(ctx, v, page.Messages[0].Seq, limit-len(page.Messages))
		if len(older.Messages) == 0 {
			break
		}
		older.Messages = append(older.Messages, page.Messages...)
		page = older
	}
	return page, err
}

// absence shows that the account was no member between two messages, if it was none.
func (ch *Chat) absence(v client.Conversation, times []client.Window, before, after int64) {
	from, to, absent := client.Absent(times, before, after)
	switch {
	case !absent || times == nil:
	case ch.JSON:
		ch.show.object(absence(client.NotMember{Conversation: v, From: from, To: to}))
	default:
		ch.show.absence(client.NotMember{Conversation: v, From: from, To: to})
	}
}

func (ch *Chat) whoami(context.Context, string) error {
	self := ch.c.Self()
	where := "nobody yet (/to)"
	if ch.current != (client.Conversation{}) {
		where = ch.who.label(ch.current)
	}
	ch.done(record{Command: "/who", ID: self.ID, Name: self.Name, With: ch.current.With, GID: ch.current.GID},
		"you are %s (id %d), talking to %s", name(self.Name), self.ID, where)
	return nil
}

func (ch *Chat) help(context.Context, string) error {
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "%-30s %s\n", c.name+" "+c.args, c.help)
	}
	b.WriteString("anything else is sent to the current conversation (//… for a text that begins with a slash).\n" +
		"Alt-Enter begins a new line within a message. A pasted text is one message, whatever is in it.")
	if ch.JSON {
		ch.done(record{Command: "/help", Text: b.String()}, "")
		return nil
	}
	ch.show.line("%s", b.String())
	return nil
}
