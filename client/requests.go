package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"parley/wire"
)

// ConversationInfo is a conversation in the list of conversations.
type ConversationInfo struct {
	Conversation Conversation
	Name         string // the other user's, or the group's
	LastSeq      int64  // the seq of the last message
	Delivered    int64  // this device has displayed messages up to this seq
	Read         int64  // the account has read messages up to this seq
	Mentions     int64  // how many of the unread messages mention the account
	Unread       int64  // messages of others after Read; wire.UnreadCap means that many or more
	Last         *Message
	Windows      []Window // of a group: when the account was a member
	Settings     Settings
	// Other is how far the other user of a direct conversation has come, as far as they show it and
	// this account may see it.
	Other   Reached
	Display string // the other user's, as in Profile
}

// Page is a page of history. It has no hole; it ends where the account was not a member.
type Page struct {
	Messages []*Message // oldest first
	More     bool       // there are more in the direction that was asked for
	Windows  []Window   // of a group: when the account was a member; nil if that is not known
}

// Window is one time at which the account was a member of a group. The account may see the messages
// with After < seq <= Until. Until is 0 while the account is a member.
type Window struct{ After, Until int64 }

func windows(rows []wire.WindowRow) []Window {
	if rows == nil {
		return nil
	}
	all := make([]Window, len(rows))
	for i, r := range rows {
		all[i] = Window(r)
	}
	return all
}

// Absent returns the first range of messages between two others that the account may not see, because
// it was not a member then: From to To, both included. before and after are the seqs of the two
// others. ok is false if there is no such range.
func Absent(of []Window, before, after int64) (from, to int64, ok bool) {
	next := seenAfter(of, before)
	if next == 0 || next > after {
		next = after
	}
	return before + 1, next - 1, next > before+1
}

// seenAfter is the first message beyond seq that may be seen, 0 for none.
func seenAfter(of []Window, seq int64) int64 {
	for _, w := range of {
		if w.Until == 0 || w.Until > seq {
			return max(w.After, seq) + 1
		}
	}
	return 0
}

// The kinds of requests, by what a lost connection means for them.
const (
	repeatable = true  // asked again after the reconnect
	once       = false // fails with ErrInterrupted
)

// ask sends a request and returns its answer as T. It waits for a connection, for as
// long as ctx or Options.RequestTimeout allow.
func ask[T any](ctx context.Context, c *Client, q *wire.Request, again bool) (T, error) {
	var none T
	if _, has := ctx.Deadline(); !has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.RequestTimeout)
		defer cancel()
	}
	for {
		s, err := c.connected(ctx)
		if err != nil {
			return none, err
		}
		answer, err := s.call(ctx, q)
		if errors.Is(err, ErrInterrupted) && again {
			if err := s.gone(ctx); err != nil {
				return none, err
			}
			continue
		}
		if err != nil {
			return none, err
		}
		if ack, ok := answer.(*wire.AckReply); ok {
			if err := refusal(ack.Erron, ack.Errinfo, ack.RetryAfterMS); err != nil {
				return none, err
			}
		}
		t, ok := answer.(T)
		if !ok {
			return none, fmt.Errorf("client: the server answered frame %d with %T", q.Msgid, answer)
		}
		return t, nil
	}
}

// connected waits for a session.
func (c *Client) connected(ctx context.Context) (*session, error) {
	for {
		c.mu.Lock()
		s, ready, started, err := c.session, c.ready, c.started, c.err
		c.mu.Unlock()
		switch {
		case err != nil:
			return nil, err
		case !started:
			return nil, ErrNotStarted
		case s != nil:
			return s, nil
		}
		select {
		case <-ready:
		case <-c.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("not connected: %w", ctx.Err())
		}
	}
}

// gone waits until a failed session is no longer the client's.
func (s *session) gone(ctx context.Context) error {
	select {
	case <-s.left:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// do is ask for a request whose answer carries nothing else.
func (c *Client) do(ctx context.Context, q *wire.Request, again bool) (*wire.AckReply, error) {
	return ask[*wire.AckReply](ctx, c, q, again)
}

// Friends returns all friends and their state, in the order of their ids.
func (c *Client) Friends(ctx context.Context) ([]Friend, error) {
	var all []Friend
	for after := int64(0); ; {
		page, err := ask[*wire.FriendsReply](ctx, c, listPage(wire.Friends, after), repeatable)
		if err != nil {
			return nil, err
		}
		all = append(all, friends(page.Friends)...)
		if !page.More || len(page.Friends) == 0 {
			return all, nil
		}
		after = page.Friends[len(page.Friends)-1].ID
	}
}

// Groups returns all groups that the account is a member of, in the order of their gids.
func (c *Client) Groups(ctx context.Context) ([]GroupInfo, error) {
	var all []GroupInfo
	for after := int64(0); ; {
		page, err := ask[*wire.GroupsReply](ctx, c, listPage(wire.Groups, after), repeatable)
		if err != nil {
			return nil, err
		}
		all = append(all, groups(page.Groups)...)
		if !page.More || len(page.Groups) == 0 {
			return all, nil
		}
		after = page.Groups[len(page.Groups)-1].GID
	}
}

// Members returns all members of a group, in the order of their ids. The account must be a member
// of the group.
func (c *Client) Members(ctx context.Context, gid int64) ([]Member, error) {
	var all []Member
	for after := int64(0); ; {
		q := listPage(wire.Groups, after)
		q.GID = gid
		q.Set(wire.FGID)
		page, err := ask[*wire.GroupsReply](ctx, c, q, repeatable)
		if err != nil {
			return nil, err
		}
		all = append(all, members(page.Members)...)
		if !page.More || len(page.Members) == 0 {
			return all, nil
		}
		after = page.Members[len(page.Members)-1].ID
	}
}

// Conversations returns all conversations of the account. If the connection is lost, this and the
// other methods that only read ask again after the reconnect. Each waits until ctx ends, or for
// Options.RequestTimeout if ctx has no deadline.
func (c *Client) Conversations(ctx context.Context) ([]ConversationInfo, error) {
	var all []ConversationInfo
	for after := int64(0); ; {
		page, err := ask[*wire.ConversationsReply](ctx, c, listPage(wire.Conversations, after), repeatable)
		if err != nil {
			return nil, err
		}
		self := c.Self().ID
		for i := range page.Conversations {
			all = append(all, c.conversationInfo(&page.Conversations[i], self))
		}
		if !page.More || len(page.Conversations) == 0 {
			return all, nil
		}
		after = page.Conversations[len(page.Conversations)-1].Key
	}
}

func (c *Client) conversationInfo(r *wire.ConversationRow, self int64) ConversationInfo {
	v := ConversationInfo{
		Conversation: Conversation{With: r.With, GID: r.GID}, Name: r.Name,
		LastSeq: r.LastSeq, Delivered: r.Delivered, Read: r.Read, Unread: r.Unread, Mentions: r.Mentions, Windows: windows(r.Windows), Settings: settingsOf(r), Display: r.Display,
		Other: Reached{User: r.With, Received: r.HasReceived, Read: r.HasRead},
	}
	if r.Last != nil {
		v.Last = message(r.Last, self)
		v.Last.client = c
	}
	return v
}

// HistoryBefore returns the last messages before a seq from the server, at most limit of them and at
// most wire.MaxPage. If before is 0, it begins with the newest message.
func (c *Client) HistoryBefore(ctx context.Context, of Conversation, before int64, limit int) (Page, error) {
	const newest = 1 << 53 // beyond every seq, and the largest number that the wire takes
	return c.history(ctx, of, 0, orDefault(before, newest), limit)
}

// HistoryAfter returns the first messages after a seq from the server, at most limit of them and at
// most wire.MaxPage.
func (c *Client) HistoryAfter(ctx context.Context, of Conversation, after int64, limit int) (Page, error) {
	return c.history(ctx, of, after, 0, limit)
}

func (c *Client) history(ctx context.Context, of Conversation, after, before int64, limit int) (Page, error) {
	var p Page
	err := c.fetch(of, func() ([]wire.Message, error) {
		reply, err := c.page(ctx, of, after, before, min(orDefault(limit, wire.DefaultPage), wire.MaxPage))
		if err != nil {
			return nil, err
		}
		p = Page{More: reply.More, Windows: windows(reply.Windows)}
		return reply.Messages, nil
	}, &p.Messages)
	return p, err
}

// MarkRead tells the server that the account has read a conversation up to seq. The server tells the
// other devices of the account.
func (c *Client) MarkRead(ctx context.Context, of Conversation, seq int64) error {
	q := about(of, wire.Read)
	q.Seq = seq
	q.Set(wire.FSeq)
	_, err := c.do(ctx, q, repeatable)
	return err
}

// AddFriend makes a user a friend, in both directions, and returns the friend. Where the user has to agree
// first, it asks them (see Friend.Asked).
func (c *Client) AddFriend(ctx context.Context, user int64) (Friend, error) {
	q := request(wire.AddFriend)
	q.FriendID = user
	q.Set(wire.FFriendID)
	return c.addFriend(ctx, q)
}

// AddFriendNamed is AddFriend for the user with this name. Capitals do not matter.
func (c *Client) AddFriendNamed(ctx context.Context, name string) (Friend, error) {
	q := request(wire.AddFriend)
	q.Name = name
	q.Set(wire.FName)
	return c.addFriend(ctx, q)
}

func (c *Client) addFriend(ctx context.Context, q *wire.Request) (Friend, error) {
	ack, err := c.do(ctx, q, once)
	if err != nil {
		return Friend{}, err
	}
	return Friend{User: User{ack.FriendID, ack.Name}, Online: ack.State == online, Asked: ack.State == "asked"}, nil
}

// Unfriend ends a friendship, in both directions.
func (c *Client) Unfriend(ctx context.Context, user int64) error {
	q := request(wire.Unfriend)
	q.FriendID = user
	q.Set(wire.FFriendID)
	_, err := c.do(ctx, q, once)
	return err
}

// Block blocks a user: they cannot send to this account any more. If block is false, it unblocks
// them.
func (c *Client) Block(ctx context.Context, user int64, block bool) error {
	q := request(wire.Block)
	q.User, q.Block = user, block
	q.Set(wire.FUser, wire.FBlock)
	_, err := c.do(ctx, q, repeatable)
	return err
}

// NewGroup is what MakeGroup makes.
type NewGroup struct {
	Name, Description string
	Joining           string  // who may join: "open" (everybody by the gid), "invite" or "closed"; "" is "invite"
	Members           []int64 // who is added at once, at most wire.MaxAdded; who cannot be added is left out
}

// CreateGroup makes a group that others join by invitation (see MakeInvite), with this account as its
// creator, and returns its gid. If the error is ErrInterrupted, look at Groups before you try again. A server of
// a version before groups had rules makes an open group.
func (c *Client) CreateGroup(ctx context.Context, name, description string) (int64, error) {
	return c.MakeGroup(ctx, NewGroup{Name: name, Description: description})
}

// MakeGroup is CreateGroup for all that can be said of a group.
func (c *Client) MakeGroup(ctx context.Context, g NewGroup) (int64, error) {
	q := request(wire.CreateGroup)
	q.GName, q.GDesc, q.Joining = g.Name, g.Description, cmp.Or(g.Joining, "invite")
	q.Set(wire.FGName, wire.FGDesc, wire.FJoining)
	if len(g.Members) > 0 {
		q.Members = g.Members
		q.Set(wire.FMembers)
	}
	ack, err := c.do(ctx, q, once)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met(Named{Group(ack.GID), g.Name})
	return ack.GID, nil
}

// JoinGroup joins a group, and returns its name if the server told it. The account may not see earlier
// messages of the group.
func (c *Client) JoinGroup(ctx context.Context, gid int64) (string, error) {
	ack, err := c.do(ctx, groupRequest(wire.JoinGroup, gid), once)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met(Named{Group(gid), ack.Name})
	c.joined(Group(gid), ack.Seq)
	return ack.Name, nil
}

// LeaveGroup leaves a group.
func (c *Client) LeaveGroup(ctx context.Context, gid int64) error {
	_, err := c.do(ctx, groupRequest(wire.LeaveGroup, gid), once)
	if err == nil {
		c.mu.Lock()
		c.leave(Group(gid))
		c.mu.Unlock()
	}
	return err
}

// RemoveMember removes a member from a group. They cannot join it again until Readmit. Only the
// creator of the group may do this.
func (c *Client) RemoveMember(ctx context.Context, gid, user int64) error {
	q := groupRequest(wire.RemoveMember, gid)
	q.Member = user
	q.Set(wire.FMember)
	_, err := c.do(ctx, q, once)
	return err
}

// Readmit lets a removed member join the group again. Only the creator of the group may do this.
func (c *Client) Readmit(ctx context.Context, gid, user int64) error {
	q := groupRequest(wire.RemoveMember, gid)
	q.Member, q.Remove = user, false
	q.Set(wire.FMember, wire.FRemove)
	_, err := c.do(ctx, q, repeatable)
	return err
}

func groupRequest(id wire.Msgid, gid int64) *wire.Request {
	q := request(id)
	q.GID = gid
	q.Set(wire.FGID)
	return q
}

// listPage asks for the page of a list behind an entry.
func listPage(id wire.Msgid, after int64) *wire.Request {
	q := request(id)
	q.Limit = wire.MaxPage
	q.Set(wire.FLimit)
	if after != 0 {
		q.After = after
		q.Set(wire.FAfter)
	}
	return q
}
