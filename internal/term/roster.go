package term

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"

	"parley/client"
)

// roster knows the names of friends and groups, for showing and for typing. Its
// methods may be called from any goroutine.
type roster struct {
	mu      sync.Mutex
	friends map[int64]client.Friend
	groups  map[int64]string
	names   map[int64]string // users met elsewhere
}

func newRoster() *roster {
	return &roster{friends: map[int64]client.Friend{}, groups: map[int64]string{}, names: map[int64]string{}}
}

// follow keeps the roster up with what happens.
func (r *roster) follow(e client.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case client.Connected:
		for _, f := range e.Friends {
			r.friends[f.ID] = f
		}
		for _, g := range e.Groups {
			r.groups[g.GID] = g.Name
		}
	case client.Presence:
		if f, ok := r.friends[e.ID]; ok {
			r.friends[e.ID] = client.Friend{User: e.User, Online: e.Online, Display: f.Display}
		}
	case *client.Message:
		if !e.Mine {
			r.names[e.SenderID] = e.SenderName
		}
	case client.Notice:
		r.notice(e)
	}
}

func (r *roster) notice(e client.Notice) {
	switch e.What {
	case "friend_added":
		r.friends[e.User.ID] = client.Friend{User: e.User, Online: e.Online}
	case "friend_removed":
		delete(r.friends, e.User.ID)
	}
	if e.GID != 0 && e.Group != "" {
		r.groups[e.GID] = e.Group
	}
}

// refresh takes the whole list of friends.
func (r *roster) refresh(ctx context.Context, c *client.Client) error {
	all, err := c.Friends(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.friends)
	for _, f := range all {
		r.friends[f.ID] = f
	}
	return nil
}

// user returns the id that a person means: a number, or a name. A name is looked for among
// friends, those met before, those one has written with, and the members of one's groups.
func (r *roster) user(ctx context.Context, c *client.Client, who string) (int64, error) {
	who = strings.TrimSpace(who)
	if id, err := strconv.ParseInt(who, 10, 64); err == nil && id > 0 {
		return id, nil
	}
	if self := c.Self(); strings.EqualFold(self.Name, who) {
		return self.ID, nil // the server says what cannot be done with oneself
	}
	if id := r.byName(who); id != 0 {
		return id, nil
	}
	if id := r.met(who); id != 0 {
		return id, nil
	}
	if err := r.refresh(ctx, c); err != nil {
		return 0, err
	}
	if id := r.byName(who); id != 0 {
		return id, nil
	}
	if err := r.meet(ctx, c, who); err != nil {
		return 0, err
	}
	if id := r.met(who); id != 0 {
		return id, nil
	}
	return 0, fmt.Errorf("nobody you know is called %q; add them with /friend NAME, or use their id (a number)", name(who))
}

// meet looks for somebody among those one has written with and, if they are not there, the
// members of one's groups, and remembers the names on the way.
func (r *roster) meet(ctx context.Context, c *client.Client, who string) error {
	conversations, err := c.Conversations(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	for _, v := range conversations {
		if v.Conversation.With != 0 {
			r.names[v.Conversation.With] = v.Name
		}
	}
	r.mu.Unlock()
	if r.met(who) != 0 {
		return nil
	}
	groups, err := c.Groups(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := r.meetMembers(ctx, c, g.GID); err != nil {
			return err
		}
		if r.met(who) != 0 {
			return nil
		}
	}
	return nil
}

// meetMembers remembers the names of a group's members.
func (r *roster) meetMembers(ctx context.Context, c *client.Client, gid int64) error {
	members, err := c.Members(ctx, gid)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range members {
		r.names[m.ID] = m.Name
	}
	return nil
}

// learn takes the names that earlier runs have met, so that they mean something before
// the server says who they are.
func (r *roster) learn(names []client.Named) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range names {
		if n.Conversation.GID != 0 {
			r.groups[n.Conversation.GID] = n.Name
		} else {
			r.names[n.Conversation.With] = n.Name
		}
	}
}

// met returns the id of a user met elsewhere, 0 if there is none.
func (r *roster) met(who string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, n := range r.names {
		if strings.EqualFold(n, who) {
			return id
		}
	}
	return 0
}

// byName returns the id of the friend with this name, 0 if there is none.
func (r *roster) byName(who string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, f := range r.friends {
		if strings.EqualFold(f.Name, who) {
			return id
		}
	}
	return 0
}

// gid reads a group's number, with or without #.
func gid(s string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%q is not a group's number; /groups lists them", name(s))
	}
	return id, nil
}

// label names a conversation for a person.
func (r *roster) label(v client.Conversation) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v.GID != 0 {
		return strings.TrimSpace(fmt.Sprintf("#%d %s", v.GID, name(r.groups[v.GID])))
	}
	if f, ok := r.friends[v.With]; ok {
		return name(f.Name)
	}
	if n := r.names[v.With]; n != "" {
		return name(n)
	}
	return fmt.Sprintf("user %d", v.With)
}

// sortFriends sorts friends for showing: those online first, then by name.
func sortFriends(all []client.Friend) {
	sort.Slice(all, func(i, j int) bool {
		if all[i].Online != all[j].Online {
			return all[i].Online
		}
		return all[i].Name < all[j].Name
	})
}

func (r *roster) learnGroup(id int64, called string) {
	if called == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups[id] = called
}
