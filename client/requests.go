package client

import (
	"context"
	"errors"
	"fmt"

	"parley/wire"
)

// ConversationInfo is one entry of the conversation list.
type ConversationInfo struct {
	Conversation Conversation
	Name         string // the other user's, or the group's
	LastSeq      int64  // the last message's seq
	Delivered    int64  // this device has displayed up to here
	Read         int64  // the account has read up to here
	Unread       int64  // messages of others past Read; wire.UnreadCap means "that many or more"
	Last         *Message
	Windows      []Window // of a group: when the account was in it
}

// Page is a page of history, without a hole: it ends where the account was no member.
type Page struct {
	Messages []*Message // oldest first
	More     bool       // there are more in the direction that was asked for
	Windows  []Window   // of a group: when the account was in it; nil where that is not known
}

// Window is one time that the account was in a group: it may see the messages with
// After < seq <= Until. Until is 0 for a time that has no end yet.
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

// Absent returns the messages, From to To included, that were said between two others while
// the account was no member: those that follow before, up to the next that may be seen.
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

// ask sends a request and gives its answer as T. It waits for a connection, for as
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

// Friends lists all friends, with their state, by id.
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

// Groups lists all groups that the account is in, by gid.
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

// Members lists all members of a group, by id. One must be a member.
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

// Conversations lists all conversations.
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
		LastSeq: r.LastSeq, Delivered: r.Delivered, Read: r.Read, Unread: r.Unread, Windows: windows(r.Windows),
	}
	if r.Last != nil {
		v.Last = message(r.Last, self)
		v.Last.client = c
	}
	return v
}

// HistoryBefore gives the last messages before a seq (0: the newest there are), at
// most limit of them and at most wire.MaxPage.
func (c *Client) HistoryBefore(ctx context.Context, of Conversation, before int64, limit int) (Page, error) {
	const newest = 1 << 53 // beyond every seq, and the largest number that the wire takes
	return c.history(ctx, of, 0, orDefault(before, newest), limit)
}

// HistoryAfter gives the first messages after a seq, at most limit of them and at
// most wire.MaxPage.
func (c *Client) HistoryAfter(ctx context.Context, of Conversation, after int64, limit int) (Page, error) {
	return c.history(ctx, of, after, 0, limit)
}

func (c *Client) history(ctx context.Context, of Conversation, after, before int64, limit int) (Page, error) {
	reply, err := c.page(ctx, of, after, before, min(orDefault(limit, wire.DefaultPage), wire.MaxPage))
	if err != nil {
		return Page{}, err
	}
	self := c.Self().ID
	p := Page{More: reply.More, Windows: windows(reply.Windows), Messages: make([]*Message, len(reply.Messages))}
	for i := range reply.Messages {
		p.Messages[i] = message(&reply.Messages[i], self)
		p.Messages[i].Conversation, p.Messages[i].client = of, c
	}
	return p, nil
}

// MarkRead tells the server, and through it the account's other devices, that a
// conversation is read up to seq.
func (c *Client) MarkRead(ctx context.Context, of Conversation, seq int64) error {
	q := about(of, wire.Read)
	q.Seq = seq
	q.Set(wire.FSeq)
	_, err := c.do(ctx, q, repeatable)
	return err
}

// AddFriend makes a user a friend, both ways, and returns the friend.
func (c *Client) AddFriend(ctx context.Context, user int64) (Friend, error) {
	q := request(wire.AddFriend)
	q.FriendID = user
	q.Set(wire.FFriendID)
	return c.addFriend(ctx, q)
}

// AddFriendNamed is AddFriend for the user who has this name. Capitals do not matter.
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
	return Friend{User{ack.FriendID, ack.Name}, ack.State == online}, nil
}

// Unfriend ends a friendship, both ways.
func (c *Client) Unfriend(ctx context.Context, user int64) error {
	q := request(wire.Unfriend)
	q.FriendID = user
	q.Set(wire.FFriendID)
	_, err := c.do(ctx, q, once)
	return err
}

// Block keeps a user from sending to this account, or (block false) allows it again.
func (c *Client) Block(ctx context.Context, user int64, block bool) error {
	q := request(wire.Block)
	q.User, q.Block = user, block
	q.Set(wire.FUser, wire.FBlock)
	_, err := c.do(ctx, q, repeatable)
	return err
}

// CreateGroup makes a group with this account as its creator and gives its gid. After
// ErrInterrupted look into Groups before trying again.
func (c *Client) CreateGroup(ctx context.Context, name, description string) (int64, error) {
	q := request(wire.CreateGroup)
	q.GName, q.GDesc = name, description
	q.Set(wire.FGName, wire.FGDesc)
	ack, err := c.do(ctx, q, once)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met(Named{Group(ack.GID), name})
	return ack.GID, nil
}

// JoinGroup joins a group and gives its name if the server told it. What was said
// there before is not to be seen.
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

// RemoveMember removes a member from a group, who cannot join again before Readmit; only
// its creator may.
func (c *Client) RemoveMember(ctx context.Context, gid, user int64) error {
	q := groupRequest(wire.RemoveMember, gid)
	q.Member = user
	q.Set(wire.FMember)
	_, err := c.do(ctx, q, once)
	return err
}

// Readmit lets a member who was removed from a group join it again; only its creator may.
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
