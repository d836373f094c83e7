package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/client"
)

// The commands about friends, groups and members.

func (ch *Chat) friend(ctx context.Context, args string) error {
	if args == "" {
		return errors.New("whom? Write /friend NAME or /friend ID")
	}
	add := func() (client.Friend, error) { return ch.c.AddFriendNamed(ctx, args) }
	if id, err := strconv.ParseInt(args, 10, 64); err == nil && id > 0 {
		add = func() (client.Friend, error) { return ch.c.AddFriend(ctx, id) }
	}
	u, err := add()
	if err != nil {
		return err
	}
	if u.Asked {
		ch.done(record{Command: "/friend", ID: u.ID, Name: u.Name, Asked: true}, "%s was asked, and has to agree", label(u.Name, u.ID))
		return nil
	}
	if err := ch.who.refresh(ctx, ch.c); err != nil {
		return err
	}
	ch.done(record{Command: "/friend", ID: u.ID, Name: u.Name}, "%s is now your friend", label(u.Name, u.ID))
	return nil
}

func label(who string, id int64) string {
	if who == "" {
		return fmt.Sprintf("user %d", id)
	}
	return name(who)
}

// about runs something about one user.
func (ch *Chat) about(ctx context.Context, verb, who, words string, do func(id int64) error) error {
	if who == "" {
		return fmt.Errorf("whom? Write %s NAME or %s ID", verb, verb)
	}
	id, err := ch.who.user(ctx, ch.c, who)
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return err
	}
	ch.done(record{Command: verb, ID: id}, words, name(who))
	return nil
}

func (ch *Chat) unfriend(ctx context.Context, args string) error {
	return ch.about(ctx, "/unfriend", args, "%s is no longer your friend", func(id int64) error {
		if err := ch.c.Unfriend(ctx, id); err != nil {
			return err
		}
		return ch.who.refresh(ctx, ch.c)
	})
}

func (ch *Chat) block(ctx context.Context, args string) error {
	return ch.about(ctx, "/block", args, "%s is blocked", func(id int64) error { return ch.c.Block(ctx, id, true) })
}

func (ch *Chat) unblock(ctx context.Context, args string) error {
	return ch.about(ctx, "/unblock", args, "%s is no longer blocked", func(id int64) error { return ch.c.Block(ctx, id, false) })
}

func (ch *Chat) mkgroup(ctx context.Context, args string) error {
	called, description, err := quoted(args)
	if errors.Is(err, errNoName) {
		return errors.New("what is it called? Write /mkgroup NAME [DESCRIPTION]")
	}
	if err != nil {
		return err
	}
	id, err := ch.c.MakeGroup(ctx, client.NewGroup{Name: called, Description: description, Joining: "open"})
	if err != nil {
		return err
	}
	ch.who.learnGroup(id, called)
	ch.done(record{Command: "/mkgroup", GID: id, Name: called}, "group #%d %s is made; others join with /join %d", id, name(called), id)
	return nil
}

var errNoName = errors.New("a name is missing")

// quoted takes a first word, which may stand in double quotes, and the rest.
func quoted(s string) (first, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		first, rest, _ = strings.Cut(s, " ")
	} else {
		var closed bool
		if first, rest, closed = strings.Cut(s[1:], `"`); !closed {
			return "", "", errors.New(`the closing " of the name is missing`)
		}
	}
	if first == "" {
		return "", "", errNoName
	}
	return first, strings.TrimSpace(rest), nil
}

// leastCode is shorter than the code of any invitation, and longer than what people mistype for a number.
const leastCode = 20

func (ch *Chat) join(ctx context.Context, args string) error {
	id, err := gid(args)
	var called string
	switch {
	case err == nil:
		called, err = ch.c.JoinGroup(ctx, id)
	case len(args) >= leastCode:
		id, called, err = ch.c.JoinByInvite(ctx, args)
	}
	if err != nil {
		return err
	}
	ch.who.learnGroup(id, called)
	ch.turn(client.Group(id))
	ch.done(record{Command: "/join", GID: id, Name: called}, "you are in #%d %s now, and talking to it", id, name(called))
	return nil
}

func (ch *Chat) leaveGroup(ctx context.Context, args string) error {
	id, err := gid(args)
	if err != nil {
		return err
	}
	if err := ch.c.LeaveGroup(ctx, id); err != nil {
		return err
	}
	ch.done(record{Command: "/leave", GID: id}, "you left group #%d", id)
	return nil
}

func (ch *Chat) kick(ctx context.Context, args string) error {
	which, who, _ := strings.Cut(args, " ")
	id, err := gid(which)
	if err != nil {
		return err
	}
	// A name means a member first: friends may be called alike, and strangers are not known yet.
	if err := ch.who.meetMembers(ctx, ch.c, id); err != nil {
		return err
	}
	return ch.about(ctx, "/kick GID", strings.TrimSpace(who), "%s is out of the group", func(user int64) error {
		return ch.c.RemoveMember(ctx, id, user)
	})
}

func (ch *Chat) readmit(ctx context.Context, args string) error {
	which, who, _ := strings.Cut(args, " ")
	id, err := gid(which)
	if err != nil {
		return err
	}
	return ch.about(ctx, "/readmit GID", strings.TrimSpace(who), "%s may join the group again", func(user int64) error {
		return ch.c.Readmit(ctx, id, user)
	})
}

func (ch *Chat) friends(ctx context.Context, _ string) error {
	all, err := ch.c.Friends(ctx)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/friends", Friends: friendRows(all)}, "")
		return nil
	}
	ch.show.write(friendList(all))
	return nil
}

func (ch *Chat) groups(ctx context.Context, _ string) error {
	all, err := ch.c.Groups(ctx)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/groups", Groups: groupRows(all)}, "")
		return nil
	}
	ch.show.write(groupList(all))
	return nil
}

func (ch *Chat) members(ctx context.Context, args string) error {
	id, err := gid(args)
	if err != nil {
		return err
	}
	all, err := ch.c.Members(ctx, id)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/members", GID: id, Members: memberRows(all)}, "")
		return nil
	}
	for _, m := range all {
		role := ""
		if m.Creator {
			role = "creator"
		}
		ch.show.line("%s", strings.TrimRight(fmt.Sprintf("  %-20s id %-6d %-8s %-8s %s", name(m.Name), m.ID, state(m.Online), role, name(m.Display)), " "))
	}
	return nil
}
