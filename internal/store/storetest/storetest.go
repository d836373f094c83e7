// Package storetest is the contract of chat.Store as a test suite: every store must
// pass it.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/internal/chat"
	"parley/wire"
)

// Store is what every store has. Other ports of chat.Store may be left out by one that nobody
// asks for them: what is said of these is tested where they are there.
type Store interface {
	chat.Users
	chat.Profiles
	chat.Directory
	chat.Revocations
	chat.Devices
	chat.Sessions
	chat.Friendships
	chat.Strangers
	chat.Groups
	chat.Memberships
	chat.GroupInvites
	chat.Conversations
	chat.Log
	chat.MessageStates
	chat.MentionLists
	chat.SendKeys
	chat.Cursors
	chat.Receipts
	chat.Settings
	chat.Journal
	chat.Nodes
	Ping(ctx context.Context) error
	Close() error
}

// Run tests a kind of store. open returns an empty one, which Run closes.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, part := range []struct {
		name   string
		tests  map[string]func(*bench)
		unless func(*bench) bool
	}{
		{"users", userTests, never},
		{"profiles", profileTests, never},
		{"directory", directoryTests, never},
		{"registration invites", inviteTests, func(b *bench) bool { return b.invitations == nil || b.erasures == nil }},
		{"sessions", sessionTests, never},
		{"revocations", revocationTests, never},
		{"segments", withSegments(), never},
		{"friends", friendTests, never},
		{"consents", consentTests, func(b *bench) bool { return b.consents == nil }},
		{"deletions", deletionTests, func(b *bench) bool { return b.deletions == nil || b.erasures == nil }},
		{"strangers", strangerTests, never},
		{"hiding", hidingTests, never},
		{"groups", groupTests, never},
		{"roles", roleTests, never},
		{"group invites", groupInviteTests, never},
		{"kept out", keptOutTests, never},
		{"closed accounts", closedTests, never},
		{"windows", windowTests, never},
		{"appends", appendTests, never},
		{"send keys", sendKeyTests, never},
		{"changes", changeTests, never},
		{"mentions", mentionTests, never},
		{"reading", readTests, never},
		{"inbox", inboxTests, never},
		{"cursors", cursorTests, never},
		{"readers", readersTests, never},
		{"settings", settingsTests, never},
		{"journals", journalTests, never},
		{"nodes", nodeTests, never},
	} {
		for name, test := range part.tests {
			t.Run(part.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				if b := newBench(t, open(t)); !part.unless(b) {
					test(b)
				}
			})
		}
	}
}

// never leaves no test out.
func never(*bench) bool { return false }

// bench is one store under test, with what tests need to talk to it.
type bench struct {
	*testing.T
	s   Store
	ctx context.Context
	// The ports that a store may leave out; nil where it does.
	invitations chat.Invitations
	erasures    chat.Erasures
	consents    chat.Consents
	deletions   chat.Deletions
	upkeep      chat.Upkeep

	mu      sync.Mutex
	waiting map[*chat.Append]chan struct{}
	order   []*chat.Append // as handed back
	users   int
}

func newBench(t *testing.T, s Store) *bench {
	b := &bench{T: t, s: s, ctx: t.Context(), waiting: make(map[*chat.Append]chan struct{})}
	b.invitations, _ = s.(chat.Invitations)
	b.erasures, _ = s.(chat.Erasures)
	b.consents, _ = s.(chat.Consents)
	b.deletions, _ = s.(chat.Deletions)
	b.upkeep, _ = s.(chat.Upkeep)
	s.SetAppended(func(batch []*chat.Append, _ bool) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, a := range batch {
			done, ok := b.waiting[a]
			if !ok {
				t.Errorf("an append was handed back that nobody waits for: %+v", a)
				continue
			}
			delete(b.waiting, a)
			b.order = append(b.order, a)
			close(done)
		}
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.waiting) > 0 {
			t.Errorf("%d appends were never handed back", len(b.waiting))
		}
	})
	return b
}

// queue appends without waiting; the function it gives waits.
func (b *bench) queue(a *chat.Append) func() *chat.Append {
	done := make(chan struct{})
	b.mu.Lock()
	b.waiting[a] = done
	b.mu.Unlock()
	b.s.Append(a)
	return func() *chat.Append { <-done; return a }
}

// append appends and waits.
func (b *bench) append(a *chat.Append) *chat.Append { return b.queue(a)() }

// stored appends and wants it stored.
func (b *bench) stored(a *chat.Append) *chat.Append {
	b.Helper()
	if b.append(a).Err != nil {
		b.Fatalf("append: %v", a.Err)
	}
	return a
}

// user makes a user with a name of his own.
func (b *bench) user() chat.UserID {
	b.Helper()
	b.mu.Lock()
	b.users++
	name := fmt.Sprint("user ", b.users)
	b.mu.Unlock()
	id, err := b.s.CreateUser(b.ctx, name, name, "hash of "+name)
	b.must(err)
	return id
}

// login is a device with a session.
type login struct {
	user    chat.UserID
	device  chat.DeviceID
	session chat.SessionID
	opened  chat.Opened
}

var at = time.UnixMilli(1_700_000_000_123).UTC()

func (b *bench) open(user chat.UserID, device string, session chat.SessionID) login {
	b.Helper()
	o, err := b.s.OpenSession(b.ctx, chat.Opening{User: user, Device: device, Session: session, Node: 1, At: at})
	b.must(err)
	return login{user, o.Device, session, o}
}

func (b *bench) close(l login) chat.PresenceMove {
	b.Helper()
	m, err := b.s.CloseSession(b.ctx, chat.Closing{User: l.user, Device: l.device, Session: l.session, At: at})
	b.must(err)
	return m
}

// direct opens the direct conversation of two users.
func (b *bench) direct(x, y chat.UserID) (chat.Conv, chat.Head) {
	b.Helper()
	c, h, _, err := b.s.OpenDirect(b.ctx, x, y)
	b.must(err)
	return c, h
}

// say is a message of l without a send_seq.
func (l login) say(h chat.Head, body string) *chat.Append {
	return &chat.Append{Conv: h.Conv, Version: h.Version, Sender: l.user, Device: l.device, Session: l.session, Body: body}
}

// send is the n-th message of l.
func (l login) send(h chat.Head, n int64, body string) *chat.Append {
	a := l.say(h, body)
	a.SendSeq, a.PrevSendSeq = n, n-1
	return a
}

// pair is two users who are logged in and have a conversation.
func (b *bench) pair() (x, y login, h chat.Head) {
	b.Helper()
	x, y = b.open(b.user(), "", 1), b.open(b.user(), "", 2)
	_, h = b.direct(x.user, y.user)
	return x, y, h
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// wants an error with a code.
func (b *bench) wants(code wire.Code, err error) {
	b.Helper()
	var e *chat.Error
	if !errors.As(err, &e) || e.Code != code {
		b.Fatalf("got error %v, want code %d (%s)", err, code, code.Text())
	}
}

// same compares what was got with what was wanted.
func same[T any](b *bench, what string, got, want T) {
	b.Helper()
	if !cmp.Equal(got, want, cmpopts.EquateEmpty()) {
		b.Fatalf("%s: got %+v, want %+v", what, got, want)
	}
}

// log reads a whole conversation, page by page.
func (b *bench) log(conv chat.ConvID) []chat.Message {
	b.Helper()
	var all []chat.Message
	for {
		page, err := b.s.Page(b.ctx, conv, int64(len(all)), 1<<40, 100, 1<<20)
		b.must(err)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
	}
}

// dense wants a log with seqs 1, 2, 3, … and n messages.
func (b *bench) dense(conv chat.ConvID, n int) []chat.Message {
	b.Helper()
	all := b.log(conv)
	if len(all) != n {
		b.Fatalf("conversation %d has %d messages, want %d", conv, len(all), n)
	}
	for i, m := range all {
		if m.Seq != int64(i)+1 {
			b.Fatalf("message %d has seq %d", i+1, m.Seq)
		}
	}
	heads, err := b.s.Heads(b.ctx, []chat.ConvID{conv})
	b.must(err)
	if len(heads) != 1 || heads[0].LastSeq != int64(n) {
		b.Fatalf("heads %+v, want last_seq %d", heads, n)
	}
	return all
}
