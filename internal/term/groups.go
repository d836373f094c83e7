package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/client"
)

// groupVerb is one thing that /group does to a group.
type groupVerb struct {
	name string
	args string
	help string
	run  func(ch *Chat, ctx context.Context, gid int64, args string) error
}

// groupVerbs are what can be typed behind /group. They are about the group that is named with
// #GID, or else about the current conversation. It is filled by init, because help reads it.
var groupVerbs []groupVerb

func init() {
	groupVerbs = []groupVerb{
		{"create", "NAME [DESCRIPTION]", "make a group that others join by invitation", nil},
		{"look", "CODE|LINK", "what an invitation is for", nil},
		{"invite", "[#GID] [USES|any] [DAYS]", "make an invitation: 10 uses and 7 days, if you do not say", (*Chat).invite},
		{"invitations", "[#GID]", "list the invitations with their codes", (*Chat).invitations},
		{"revoke", "[#GID] NUMBER", "end an invitation, by its number in the list", (*Chat).revokeInvitation},
		{"add", "[#GID] NAME|ID", "make somebody a member", (*Chat).addMember},
		{"remove", "[#GID] NAME|ID", "take a member out", (*Chat).removeMember},
		{"lift", "[#GID] NAME|ID", "let somebody who was taken out join again", (*Chat).liftRemoval},
		{"role", "[#GID] NAME|ID admin|normal|readonly", "give a member another role", (*Chat).role},
		{"handover", "[#GID] NAME|ID", "make another member the creator", (*Chat).handOver},
		{"rename", "[#GID] NAME", "give the group another name", (*Chat).rename},
		{"describe", "[#GID] TEXT", "say what the group is for", (*Chat).describe},
		{"joining", "[#GID] open|invite|closed", "who may join", (*Chat).joining},
		{"posting", "[#GID] all|admins", "who may post", (*Chat).posting},
	}
}

// groupCommand is /group: a message to a group by its number, or one of groupVerbs.
func (ch *Chat) groupCommand(ctx context.Context, args string) error {
	verb, rest, _ := strings.Cut(args, " ")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "create":
		return ch.createGroup(ctx, rest)
	case "look":
		return ch.lookAtInvitation(ctx, rest)
	case "", "help":
		return ch.groupHelp()
	}
	for _, v := range groupVerbs {
		if v.name == verb {
			id, rest, err := ch.groupOf(rest)
			if err != nil {
				return err
			}
			return v.run(ch, ctx, id, rest)
		}
	}
	return ch.group(ctx, args)
}

func (ch *Chat) groupHelp() error {
	var b strings.Builder
	for _, v := range groupVerbs {
		fmt.Fprintf(&b, "%-52s %s\n", "/group "+v.name+" "+v.args, v.help)
	}
	b.WriteString("without #GID it is about the group that you are talking to")
	if ch.JSON {
		ch.done(record{Command: "/group", Text: b.String()}, "")
		return nil
	}
	ch.show.line("%s", b.String())
	return nil
}

// groupOf takes #GID from the front of what was typed; without it, it is the current
// conversation.
func (ch *Chat) groupOf(args string) (id int64, rest string, err error) {
	if strings.HasPrefix(args, "#") {
		which, rest, _ := strings.Cut(args, " ")
		id, err := gid(which)
		return id, strings.TrimSpace(rest), err
	}
	if ch.current.GID == 0 {
		return 0, "", errors.New("of which group? Name it with #GID, or talk to it first (/to #GID)")
	}
	return ch.current.GID, args, nil
}

// did shows that something was done to a group.
func (ch *Chat) did(id int64, format string, args ...any) {
	ch.done(record{Command: "/group", GID: id}, "%s: %s", ch.who.label(client.Group(id)), fmt.Sprintf(format, args...))
}

func (ch *Chat) createGroup(ctx context.Context, args string) error {
	called, description, err := quoted(args)
	if errors.Is(err, errNoName) {
		return errors.New("what is it called? Write /group create NAME [DESCRIPTION]")
	}
	if err != nil {
		return err
	}
	id, err := ch.c.CreateGroup(ctx, called, description)
	if err != nil {
		return err
	}
	ch.who.learnGroup(id, called)
	ch.done(record{Command: "/group", GID: id, Name: called}, "group #%d %s is made; /group invite #%d makes an invitation", id, name(called), id)
	return nil
}

func (ch *Chat) lookAtInvitation(ctx context.Context, code string) error {
	v, err := ch.c.LookAtInvite(ctx, code)
	if err != nil {
		return err
	}
	member := ""
	if v.Member {
		member = "; you are a member"
	}
	ch.done(record{Command: "/group", GID: v.GID, Name: v.Name}, "#%d %s, %d members, until %s%s", v.GID, name(v.Name), v.Members, stamp(v.Ends), member)
	return nil
}

func (ch *Chat) invite(ctx context.Context, id int64, args string) error {
	const usual = 10
	uses, days := int64(usual), 7.0
	for i, word := range strings.Fields(args) {
		n, err := strconv.ParseFloat(word, 64)
		switch {
		case i == 0 && word == "any":
			uses = 0
		case i > 1 || err != nil || n <= 0 || n > 1e6:
			return errors.New("how many uses, and how many days? Write /group invite 5 30, or /group invite any 1")
		case i == 0:
			uses = int64(n)
		default:
			days = n
		}
	}
	made, err := ch.c.MakeInvite(ctx, id, uses, time.Duration(days*24*float64(time.Hour)))
	if err != nil {
		return err
	}
	ch.done(record{Command: "/group", GID: id, Text: made.Code}, "whoever types /join %s joins; %s, until %s", made.Code, usesOf(made), stamp(made.Ends))
	return nil
}

func usesOf(i client.Invite) string {
	if i.Uses == 0 {
		return fmt.Sprintf("used %d times", i.Used)
	}
	return fmt.Sprintf("used %d of %d times", i.Used, i.Uses)
}

func (ch *Chat) invitations(ctx context.Context, id int64, _ string) error {
	all, err := ch.c.Invites(ctx, id)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, i := range all {
		fmt.Fprintf(&b, "  %-5d %s %-7s %s, until %s, by %s\n", i.ID, name(i.Code), name(i.State), usesOf(i), stamp(i.Ends), name(i.By.Name))
	}
	if ch.JSON {
		ch.done(record{Command: "/group", GID: id, Text: b.String()}, "")
		return nil
	}
	if len(all) == 0 {
		ch.show.line("no invitations: /group invite makes one")
		return nil
	}
	ch.show.line("%s", strings.TrimRight(b.String(), "\n"))
	return nil
}

func (ch *Chat) revokeInvitation(ctx context.Context, id int64, args string) error {
	n, err := strconv.ParseInt(args, 10, 64)
	if err != nil || n <= 0 {
		return errors.New("which invitation? Give its number; /group invitations lists them")
	}
	if err := ch.c.RevokeInvite(ctx, id, n); err != nil {
		return err
	}
	ch.did(id, "invitation %d is revoked", n)
	return nil
}

// memberOf finds a user by what was typed: a member first, since friends may be called alike.
func (ch *Chat) memberOf(ctx context.Context, id int64, who string) (int64, error) {
	if who == "" {
		return 0, errors.New("whom? Give NAME or ID")
	}
	if err := ch.who.meetMembers(ctx, ch.c, id); err != nil {
		return 0, err
	}
	return ch.who.user(ctx, ch.c, who)
}

func (ch *Chat) addMember(ctx context.Context, id int64, who string) error {
	user, err := ch.memberOf(ctx, id, who)
	if err != nil {
		return err
	}
	not, err := ch.c.AddMembers(ctx, id, user)
	if err == nil && len(not) > 0 {
		err = not[0].Err
	}
	if err == nil {
		ch.did(id, "%s is a member now", name(who))
	}
	return err
}

func (ch *Chat) removeMember(ctx context.Context, id int64, who string) error {
	user, err := ch.memberOf(ctx, id, who)
	if err == nil {
		err = ch.c.RemoveMember(ctx, id, user)
	}
	if err == nil {
		ch.did(id, "%s is out", name(who))
	}
	return err
}

func (ch *Chat) liftRemoval(ctx context.Context, id int64, who string) error {
	user, err := ch.memberOf(ctx, id, who)
	if err == nil {
		err = ch.c.Readmit(ctx, id, user)
	}
	if err == nil {
		ch.did(id, "%s may join again", name(who))
	}
	return err
}

func (ch *Chat) role(ctx context.Context, id int64, args string) error {
	cut := strings.LastIndex(args, " ")
	if cut < 0 {
		return errors.New("whom, and which role? Write /group role NAME admin, normal or readonly")
	}
	return ch.setRole(ctx, id, strings.TrimSpace(args[:cut]), args[cut+1:])
}

func (ch *Chat) handOver(ctx context.Context, id int64, who string) error {
	return ch.setRole(ctx, id, who, "creator")
}

func (ch *Chat) setRole(ctx context.Context, id int64, who, role string) error {
	user, err := ch.memberOf(ctx, id, who)
	if err == nil {
		err = ch.c.SetRole(ctx, id, user, role)
	}
	if err == nil {
		ch.did(id, "%s is %s now", name(who), name(role))
	}
	return err
}

func (ch *Chat) update(ctx context.Context, id int64, u client.GroupUpdate, what string) error {
	err := ch.c.UpdateGroup(ctx, id, u)
	if err == nil {
		ch.did(id, "%s", what)
	}
	return err
}

func (ch *Chat) rename(ctx context.Context, id int64, called string) error {
	err := ch.update(ctx, id, client.GroupUpdate{Name: &called}, "is called "+name(called)+" now")
	if err == nil {
		ch.who.learnGroup(id, called)
	}
	return err
}

func (ch *Chat) describe(ctx context.Context, id int64, text string) error {
	return ch.update(ctx, id, client.GroupUpdate{Description: &text}, "has another description")
}

func (ch *Chat) joining(ctx context.Context, id int64, word string) error {
	return ch.update(ctx, id, client.GroupUpdate{Joining: &word}, "joining is "+name(word)+" now")
}

func (ch *Chat) posting(ctx context.Context, id int64, word string) error {
	return ch.update(ctx, id, client.GroupUpdate{Posting: &word}, "posting is "+name(word)+" now")
}
