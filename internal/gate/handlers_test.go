package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/internal/outbox"
	"parley/internal/store"
	"parley/wire"
)

// node is all of a server but its connections: the real store, hub and use cases.
type node struct {
	*Handlers
	t     testing.TB
	store *slowStore
	log   *lockedBuffer
}

// slowStore lets a test in between the steps of a login.
type slowStore struct {
	*store.Store
	inbox   atomic.Pointer[func()]                      // called before the next Inbox
	friends atomic.Pointer[func() error]                // called after the next Friends
	page    atomic.Pointer[func(context.Context) error] // called instead of the next PageBefore
}

func (s *slowStore) PageBefore(ctx context.Context, conv chat.ConvID, before, floor int64, limit, maxBytes int) ([]chat.Message, error) {
	if f := s.page.Swap(nil); f != nil {
		return nil, (*f)(ctx)
	}
	return s.Store.PageBefore(ctx, conv, before, floor, limit, maxBytes)
}

func (s *slowStore) Inbox(ctx context.Context, u chat.UserID, d chat.DeviceID) ([]chat.InboxRow, int64, error) {
	if f := s.inbox.Swap(nil); f != nil {
		(*f)()
	}
	return s.Store.Inbox(ctx, u, d)
}

func (s *slowStore) Friends(ctx context.Context, u, after chat.UserID, limit int) ([]chat.Friend, error) {
	page, err := s.Store.Friends(ctx, u, after, limit)
	if f := s.friends.Swap(nil); f != nil && err == nil {
		err = (*f)()
	}
	return page, err
}

func newNode(t testing.TB, change ...func(*HandlerOptions, *chat.ServiceOptions)) *node {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{URL: filepath.Join(t.TempDir(), "parley.db")})
	if err != nil {
		t.Fatal(err)
	}
	s := &slowStore{Store: db}
	n := &node{t: t, store: s, log: &lockedBuffer{}}
	log := slog.New(slog.NewTextHandler(n.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	clock := chat.SystemClock{}
	h := hub.New(hub.Options{Log: log}, s, clock)
	o := HandlerOptions{Hub: h, Log: log}
	so := chat.ServiceOptions{Node: 1, HashCost: chat.HashCost{MemoryKiB: 64, Passes: 1, Threads: 1}, Log: log}
	for _, f := range change {
		f(&o, &so)
	}
	o.Service = chat.NewService(s, h, h, clock, so)
	n.Handlers = NewHandlers(o)
	t.Cleanup(func() {
		for what, err := range map[string]error{"hub": h.Close(ctx), "service": o.Service.Close(ctx)} {
			if err != nil {
				t.Errorf("closing the %s: %v", what, err)
			}
		}
		n.Handlers.Close()
		for _, secret := range []string{"a long password", "12345678", `"pwd"`, `\"pwd`, `"token"`} {
			if strings.Contains(n.log.String(), secret) {
				t.Errorf("the log has %s in it", secret)
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return n
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// wireTap is a connection in memory, seen from its client: what the server writes
// comes out as lines.
type wireTap struct {
	t      testing.TB
	client *client
	out    *outbox.Outbox
	lines  chan string
	closed chan struct{}
	once   sync.Once
	secure bool
	authed atomic.Bool
	cut    atomic.Pointer[context.CancelFunc]

	expected atomic.Int64
}

func (w *wireTap) Write(p []byte) error {
	for _, line := range strings.SplitAfter(string(p), "\n") {
		if line == "" {
			continue
		}
		select {
		case w.lines <- strings.TrimSuffix(line, "\n"):
		case <-w.closed:
			return net.ErrClosed
		}
	}
	return nil
}
func (w *wireTap) Unsent() int { return 0 }
func (w *wireTap) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}
func (w *wireTap) CutWith(cancel context.CancelFunc) { w.cut.Store(&cancel) }
func (w *wireTap) Cut() {
	if cancel := w.cut.Load(); cancel != nil && *cancel != nil {
		(*cancel)()
	}
}
func (w *wireTap) Out() *outbox.Outbox       { return w.out }
func (w *wireTap) Remote() netip.AddrPort    { return netip.MustParseAddrPort("192.0.2.1:4000") }
func (w *wireTap) Secure() bool              { return w.secure }
func (w *wireTap) Authenticated(yes bool)    { w.authed.Store(yes) }
func (w *wireTap) Expected(in time.Duration) { w.expected.Store(int64(in)) }

func (w *wireTap) Unread(error) time.Duration { return hub.ReadLost }

// dial connects. What one test sends and gets fits into the lines that are kept.
func (n *node) dial() *wireTap {
	w := &wireTap{t: n.t, lines: make(chan string, 1000), closed: make(chan struct{})}
	w.out = outbox.New(w, outbox.Options{})
	w.client = n.newClient(w)
	n.t.Cleanup(func() {
		w.client.Gone(net.ErrClosed)
		w.out.Die(net.ErrClosed)
		w.out.Join()
	})
	return w
}

func (w *wireTap) send(format string, args ...any) {
	w.client.Object(fmt.Appendf(nil, format, args...))
}

// next returns the next frame.
func (w *wireTap) next() string {
	w.t.Helper()
	select {
	case line := <-w.lines:
		return line
	case <-time.After(10 * time.Second):
		w.t.Fatal("no frame came")
		return ""
	}
}

// want gets the next frame and compares those of its fields that are named.
func (w *wireTap) want(fields string) map[string]any {
	w.t.Helper()
	line := w.next()
	var got, want map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
	if err := json.Unmarshal([]byte(fields), &want); err != nil {
		w.t.Fatalf("%s: %v", fields, err)
	}
	for k, v := range want {
		if fmt.Sprint(got[k]) != fmt.Sprint(v) {
			w.t.Fatalf("%q is %v, want %v, in %s", k, got[k], v, line)
		}
	}
	return got
}

func (w *wireTap) wantNothing() {
	w.t.Helper()
	w.send(`{"msgid":11,"rid":"fence"}`)
	w.want(`{"msgid":12,"rid":"fence"}`)
}

// person registers and logs in.
func (n *node) person(name, device string) *wireTap {
	n.t.Helper()
	w := n.dial()
	w.send(`{"msgid":0,"name":%q,"pwd":"a long password"}`, name)
	w.want(`{"msgid":1,"erron":0}`)
	w.login(name, device)
	return w
}

func (w *wireTap) login(name, device string) map[string]any {
	w.t.Helper()
	w.send(`{"msgid":2,"name":%q,"pwd":"a long password","device":%q}`, name, device)
	return w.want(`{"msgid":3,"erron":0}`)
}

func TestGivenFrames(t *testing.T) {
	n := newNode(t)
	a, b := n.dial(), n.dial()
	a.send(`{"msgid":0,"name":"huangyuming","pwd":"sbhym"}`)
	if got := a.next(); got != `{"msgid":1,"erron":0,"id":1,"name":"huangyuming"}` {
		t.Fatal(got)
	}
	a.send(`{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	a.want(`{"msgid":3,"erron":0,"id":1,"name":"huangyuming","friends":[],"groups":[],"last_send_seq":0,"heartbeat_ms":30000}`)
	b.send(`{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	if got := b.next(); got != `{"msgid":3,"erron":1,"errinfo":"already online"}` {
		t.Fatal(got)
	}
	b = n.person("liming", "")

	a.send(`{"msgid":5,"id":1,"friendid":"2"}`)
	a.want(`{"msgid":10,"re":5,"erron":0,"friendid":2,"name":"liming"}`)
	b.want(`{"msgid":34,"what":"friend_added","id":1,"name":"huangyuming","state":"online"}`)
	a.send(`{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"hello","time":"2026-01-01 10:00:00"}`)
	a.want(`{"msgid":10,"re":4,"erron":0,"seq":1}`)
	b.want(`{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"hello","seq":1}`)
	a.send(`{"msgid":6,"id":1,"gname":"garden","gdesc":"weeds"}`)
	a.want(`{"msgid":10,"re":6,"erron":0,"gid":1,"name":"garden"}`)
	b.send(`{"msgid":7,"id":2,"gid":"1"}`)
	b.want(`{"msgid":10,"re":7,"erron":0,"gid":1,"name":"garden"}`)
	a.want(`{"msgid":34,"what":"member_joined","id":2,"gid":1}`)
	b.send(`{"msgid":8,"id":2,"gid":"1","msg":"hi","time":""}`)
	b.want(`{"msgid":10,"re":8,"erron":0,"seq":1}`)
	a.want(`{"msgid":8,"id":2,"gid":1,"msg":"hi","seq":1}`)
	b.send(`{"msgid":9,"id":2}`)
	b.want(`{"msgid":10,"re":9,"erron":0}`)
	a.want(`{"msgid":14,"id":2,"name":"liming","state":"offline"}`)
	if b.authed.Load() {
		t.Fatal("the connection still counts as logged in")
	}
	l := b.login("liming", "")
	if fmt.Sprint(l["friends"]) != "[map[id:1 name:huangyuming state:online]]" ||
		fmt.Sprint(l["groups"]) != "[map[gdesc:weeds gid:1 gname:garden members:2 role:normal]]" {
		t.Fatalf("the lists are %v and %v", l["friends"], l["groups"])
	}
	a.want(`{"msgid":14,"id":2,"state":"online"}`)
}

func TestListsHistoryAndReading(t *testing.T) {
	n := newNode(t)
	a, b := n.person("alice", ""), n.person("bob", "phone")
	tablet := n.dial()
	tablet.login("bob", "tablet")
	for i := range 3 {
		a.send(`{"msgid":4,"to":2,"msg":"%d","send_seq":%d}`, i+1, i+1)
		a.want(`{"msgid":10,"re":4,"erron":0}`)
		b.want(`{"msgid":4,"to":2}`)
		tablet.want(`{"msgid":4,"to":2}`)
	}
	b.send(`{"msgid":19,"with":1,"limit":2,"rid":7}`)
	got := b.want(`{"msgid":20,"rid":7,"with":1,"more":true}`)
	if m := got["messages"].([]any); len(m) != 2 || fmt.Sprint(m[1].(map[string]any)["msg"]) != "3" {
		t.Fatalf("got %v", m)
	}
	a.send(`{"msgid":19,"with":2,"after":0,"limit":2}`)
	a.want(`{"msgid":20,"with":2,"more":true}`)
	b.send(`{"msgid":27}`)
	got = b.want(`{"msgid":28,"more":false}`)
	row := got["conversations"].([]any)[0].(map[string]any)
	if fmt.Sprint(row["with"], row["name"], row["last_seq"], row["unread"], row["last"].(map[string]any)["msg"]) != "1alice3 33" {
		t.Fatalf("got %v", row)
	}
	b.send(`{"msgid":13,"with":1,"seq":3}`) // no answer
	b.send(`{"msgid":13,"with":1,"seq":3,"rid":"x"}`)
	b.want(`{"msgid":10,"re":13,"rid":"x","erron":0}`)
	b.send(`{"msgid":29,"with":1,"seq":2}`)
	b.want(`{"msgid":10,"re":29,"erron":0,"seq":2}`)
	tablet.want(`{"msgid":29,"with":1,"seq":2}`)
	b.send(`{"msgid":13,"with":9,"seq":3}`)
	b.want(`{"msgid":10,"re":13,"erron":32}`)
}

func TestPeople(t *testing.T) {
	n := newNode(t)
	a, b := n.person("alice", ""), n.person("bob", "")
	a.send(`{"msgid":5,"friendid":2}`)
	a.want(`{"erron":0}`)
	b.want(`{"msgid":34,"what":"friend_added"}`)
	a.send(`{"msgid":15}`)
	a.want(`{"msgid":16,"more":false,"friends":[{"id":2,"name":"bob","state":"online"}]}`)
	a.send(`{"msgid":33,"user":2}`)
	a.want(`{"re":33,"erron":0,"name":"bob"}`)
	b.want(`{"msgid":14,"id":1,"state":"offline"}`)
	b.send(`{"msgid":4,"to":1,"msg":"hello?"}`)
	b.want(`{"re":4,"erron":21}`)
	a.send(`{"msgid":33,"user":2,"block":false}`)
	a.want(`{"re":33,"erron":0}`)
	b.want(`{"msgid":14,"id":1,"state":"online"}`)
	b.send(`{"msgid":4,"to":1,"msg":"hello?"}`)
	b.want(`{"re":4,"erron":0}`)
	a.want(`{"msgid":4,"msg":"hello?"}`)
	a.send(`{"msgid":32,"friendid":2}`)
	a.want(`{"re":32,"erron":0,"friendid":2}`)
	b.want(`{"msgid":34,"what":"friend_removed","id":1}`)

	a.send(`{"msgid":6,"gname":"garden"}`)
	a.want(`{"re":6,"gid":1}`)
	b.send(`{"msgid":7,"gid":1}`)
	b.want(`{"re":7,"erron":0}`)
	a.want(`{"msgid":34,"what":"member_joined"}`)
	b.send(`{"msgid":17,"gid":1}`)
	b.want(`{"msgid":18,"gid":1,"members":[{"id":1,"name":"alice","role":"creator","state":"online"},{"id":2,"name":"bob","role":"normal","state":"online"}]}`)
	b.send(`{"msgid":17}`)
	b.want(`{"msgid":18,"groups":[{"gid":1,"gname":"garden","gdesc":"","role":"normal","members":2}]}`)
	a.send(`{"msgid":31,"gid":1,"member":2}`)
	a.want(`{"re":31,"erron":0,"gid":1}`)
	b.want(`{"msgid":34,"what":"member_removed","id":2,"gid":1}`)
	b.send(`{"msgid":8,"gid":1,"msg":"still here?"}`)
	b.want(`{"re":8,"erron":15}`)
	a.send(`{"msgid":30,"gid":1}`)
	a.want(`{"re":30,"erron":0,"gid":1}`)
}

func TestFaultyFramesAreAnswered(t *testing.T) {
	n := newNode(t)
	a := n.dial()
	for frame, want := range map[string]string{
		`{"msgid":4,"to":2,"msg":"x","rid":1}`:       `{"re":4,"rid":1,"erron":5}`,
		`{"msgid":99}`:                               `{"re":99,"erron":3}`,
		`{"msgid":35,"pwd":"x","newpwd":"y"}`:        `{"re":35,"erron":5}`,
		`{"msgid":10}`:                               `{"re":10,"erron":3}`,
		`{"msgid":2,"name":"alice"}`:                 `{"msgid":3,"erron":4}`,
		`{"msgid":0,"name":"bob","pwd":"four"}`:      `{"msgid":1,"erron":34}`,
		`{"msgid":0,"name":" ","pwd":"secret-1"}`:    `{"msgid":1,"erron":9}`,
		`{"msgid":2,"name":"eve","pwd":"1234"}`:      `{"msgid":3,"erron":7}`,
		`{}`:                                         `{"re":-1,"erron":4}`,
		`{"msgid":`:                                  `{"erron":2}`,
		`[1]`:                                        `{"re":-1,"erron":2}`,
		`{"a":[[[[[[[[[[]]]]]]]]]]}`:                 `{"re":-1,"erron":37}`,
		`{"msgid":2,"name":"eve","token":"t","x":1}`: `{"msgid":3,"erron":7}`,
	} {
		a.send("%s", frame)
		if t.Run(frame, func(t *testing.T) { a.want(want) }); t.Failed() {
			return
		}
	}
	a.send(`{"msgid":0,"name":"alice","pwd":"a long password"}`)
	a.want(`{"msgid":1,"erron":0,"id":1}`)
	a.login("alice", "")
	a.send(`{"msgid":15,"id":2,"rid":"r"}`)
	a.want(`{"msgid":10,"re":15,"rid":"r","erron":12}`)
	a.send(`{"msgid":2,"name":"alice","pwd":"a long password"}`)
	a.want(`{"msgid":3,"erron":6}`)
	if got := n.Metrics.Refusals(wire.NotYou); got != 1 {
		t.Errorf("%d refusals for another's name are counted", got)
	}
	if log := n.log.String(); strings.Contains(log, "a long password") || !strings.Contains(log, "no handler for a frame") {
		t.Errorf("the log is:\n%s", log)
	}
}

// A chat frame that cannot be read or may not be sent is refused for good: what
// follows it is taken.
func TestRefusedChatFramesUseTheirNumberUp(t *testing.T) {
	n := newNode(t)
	a, b := n.person("alice", "phone"), n.person("bob", "")
	for i, bad := range []string{
		"{\"msgid\":4,\"to\":2,\"send_seq\":%d,\"msg\":\"\xff\"}",
		`{"msgid":4,"to":2,"send_seq":%d,"msg":"\ud800"}`,
		`{"msgid":4,"to":2,"send_seq":%d,"msg":"\u0000"}`,
		`{"msgid":4,"to":2,"send_seq":%d}`,
		`{"msgid":4,"id":2,"to":1,"send_seq":%d,"msg":"in another's name"}`,
		`{"msgid":8,"gid":7,"send_seq":%d,"msg":"x"}`,
	} {
		a.send(bad, 2*i+1)
		got := a.want(fmt.Sprintf(`{"msgid":10,"send_seq":%d}`, 2*i+1))
		if got["erron"] == 0.0 || wire.Code(got["erron"].(float64)).Retry() {
			t.Fatalf("%s: %v", bad, got)
		}
		a.send(`{"msgid":4,"to":2,"send_seq":%d,"msg":"good"}`, 2*i+2)
		a.want(fmt.Sprintf(`{"msgid":10,"erron":0,"send_seq":%d,"seq":%d}`, 2*i+2, i+1))
		b.want(fmt.Sprintf(`{"msgid":4,"msg":"good","seq":%d}`, i+1))
	}
}

func TestTakeover(t *testing.T) {
	n := newNode(t)
	a := n.person("alice", "phone")
	b := n.dial()
	l := b.login("alice", "phone")
	a.want(`{"msgid":26,"code":2000,"reconnect":false}`)
	<-a.closed
	a.client.Gone(net.ErrClosed)
	b.send(`{"msgid":15}`)
	b.want(`{"msgid":16}`)
	b.client.Gone(net.ErrClosed) // no goodbye: the account is free at once
	c := n.dial()
	c.send(`{"msgid":2,"name":"alice","token":%q,"device":"phone"}`, l["token"])
	c.want(`{"msgid":3,"erron":0,"device":"phone"}`)
}

// nowhere is a connection that takes everything.
type nowhere struct{}

func (nowhere) Write([]byte) error { return nil }
func (nowhere) Unsent() int        { return 0 }
func (nowhere) Close() error       { return nil }

func TestTakeoverInTheMiddleOfALogin(t *testing.T) {
	n := newNode(t)
	n.person("alice", "").client.Gone(net.ErrClosed)
	a, b := n.dial(), n.dial()
	// The window before the hub knows the session has no seam to wait in, so it is opened
	// there by hand.
	l, err := n.Service.Login(t.Context(), chat.Credentials{ID: 1, Password: "a long password", Device: "phone"})
	if err != nil {
		t.Fatal(err)
	}
	b.login("alice", "phone")
	ended := make(chan wire.GoodbyeCode, 1)
	s, err := n.Hub.Open(t.Context(), hub.SessionOptions{
		User: l.User, Device: l.Device, DeviceName: l.DeviceName, ID: l.Session, JournalNo: l.JournalNo,
		Out: outbox.New(nowhere{}, outbox.Options{}), Owner: endings(ended),
	})
	if err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != wire.ByeTakenOver {
		t.Fatalf("the session that was replaced ended with %d", code)
	}
	s.End(t.Context(), hub.ReadAll)

	c := n.dial()
	meanwhile := func() { c.login("alice", "phone") }
	n.store.inbox.Store(&meanwhile)
	a.send(`{"msgid":2,"id":1,"pwd":"a long password","device":"phone"}`)
	a.want(`{"msgid":26,"code":2000}`)
	<-a.closed
	b.want(`{"msgid":26,"code":2000}`)
	c.wantNothing()
}

// A friend who comes online after the list was read, and before the answer is sent,
// is not missed.
func TestFriendComesInTheMiddleOfALogin(t *testing.T) {
	n := newNode(t)
	a, b := n.person("alice", ""), n.person("bob", "")
	a.send(`{"msgid":5,"friendid":2}`)
	a.want(`{"re":5,"erron":0}`)
	b.want(`{"msgid":34}`)
	for _, w := range []*wireTap{a, b} {
		w.send(`{"msgid":9}`)
		for !strings.Contains(w.next(), `"re":9`) {
		}
	}
	meanwhile := func() error { b.login("bob", ""); return nil }
	n.store.friends.Store(&meanwhile)
	got := a.login("alice", "")
	if fmt.Sprint(got["friends"]) != "[map[id:2 name:bob state:offline]]" {
		t.Fatalf("the list is %v", got["friends"])
	}
	a.want(`{"msgid":14,"id":2,"state":"online"}`)
}

func TestLoginThatCannotBeAnsweredIsTakenBack(t *testing.T) {
	n := newNode(t)
	n.person("alice", "").client.Gone(net.ErrClosed)
	fail := func() error { return chat.E(wire.Unavailable) }
	n.store.friends.Store(&fail)
	a := n.dial()
	a.send(`{"msgid":2,"id":1,"pwd":"a long password"}`)
	a.want(`{"msgid":3,"erron":26}`)
	a.login("alice", "")
}

func TestAbruptEndFreesTheAccount(t *testing.T) {
	n := newNode(t)
	a := n.person("alice", "")
	a.client.Gone(net.ErrClosed)
	a.client.Gone(net.ErrClosed) // harmless
	b := n.dial()
	b.login("alice", "")
}

// Who has said all and closes his half (printf … | nc -N) still gets every answer.
func TestAnswersAfterTheLastFrame(t *testing.T) {
	n := newNode(t)
	alice := n.person("alice", "")
	n.person("bob", "")
	const messages = 40
	for i := range messages {
		alice.send(`{"msgid":4,"to":2,"msg":"message %d"}`, i)
	}
	alice.client.Gone(io.EOF)
	alice.out.Last(nil)
	for range messages {
		alice.want(`{"msgid":10,"re":4,"erron":0}`)
	}

	carol := n.person("carol", "")
	for i := range messages {
		carol.send(`{"msgid":4,"to":2,"msg":"message %d"}`, i)
	}
	carol.client.Fault(wire.ByeNotJSON, "this is not JSON")
	for range messages {
		carol.want(`{"msgid":10,"re":4,"erron":0}`)
	}
	carol.want(`{"msgid":26,"code":2002}`)
}

func TestFaultIsGoodbye(t *testing.T) {
	n := newNode(t)
	a := n.dial()
	a.client.Fault(wire.ByeNotJSON, "this is not JSON")
	a.want(`{"msgid":26,"code":2002,"reason":"this is not JSON","reconnect":false}`)
	<-a.closed
}

func TestTooManyFaultsEndTheConnection(t *testing.T) {
	n := newNode(t)
	a := n.dial()
	for range 150 {
		a.send(`{"msgid":77}`)
	}
	for i := range 150 {
		if strings.Contains(a.next(), `"msgid":26,"code":2004`) {
			if i < 100 {
				t.Fatalf("closed after %d", i)
			}
			<-a.closed
			return
		}
	}
	t.Fatal("150 faulty frames were taken")
}

func TestRates(t *testing.T) {
	n := newNode(t, func(o *HandlerOptions, _ *chat.ServiceOptions) {
		o.Rates = Rates{
			Traffic:  Rate{PerSecond: 50, Burst: 1},
			Requests: Rate{PerSecond: 0.01, Burst: 1},
			Accounts: Rate{PerSecond: 0.01, Burst: 3},
		}
	})
	a := n.person("alice", "")
	a.send(`{"msgid":15}`)
	a.want(`{"msgid":16}`)
	a.send(`{"msgid":15,"rid":2}`)
	if got := a.want(`{"msgid":10,"re":15,"rid":2,"erron":30}`); got["retry_after_ms"].(float64) < 90_000 {
		t.Fatalf("got %v", got)
	}
	began := time.Now()
	for range 6 { // slower, but none is refused
		a.send(`{"msgid":11}`)
		a.want(`{"msgid":12}`)
	}
	if took := time.Since(began); took < 90*time.Millisecond {
		t.Fatalf("six heartbeats at 50 a second took %v", took)
	}
	b := n.dial()
	for range 3 {
		b.send(`{"msgid":2,"name":"eve","pwd":"x"}`)
		b.want(`{"msgid":3,"erron":7}`)
	}
	b.send(`{"msgid":2,"name":"eve","pwd":"x"}`)
	b.want(`{"msgid":3,"erron":30}`)
}

func plainSecretsRefused(o *HandlerOptions, _ *chat.ServiceOptions) { o.RefusePlainSecrets = true }

func TestSecretsOnPlainConnections(t *testing.T) {
	n := newNode(t, plainSecretsRefused)
	a := n.dial()
	a.send(`{"msgid":0,"name":"alice","pwd":"a long password"}`)
	a.want(`{"msgid":1,"erron":35}`)
	a.secure = true
	a.send(`{"msgid":0,"name":"alice","pwd":"a long password"}`)
	a.want(`{"msgid":1,"erron":0}`)
}

func TestSilentSessionsEnd(t *testing.T) {
	n := newNode(t, func(o *HandlerOptions, _ *chat.ServiceOptions) { o.SilentAfter = 300 * time.Millisecond })
	nameless, device := n.person("alice", ""), n.person("bob", "phone")
	device.want(`{"msgid":26,"code":1002,"reconnect":true}`)
	<-device.closed
	nameless.wantNothing()
	n.watch.close() // the look that found it has ended
	if got := n.Metrics.Silent.Load(); got != 1 {
		t.Errorf("%d silent sessions are counted", got)
	}
}

func TestWhoIsToldToComeBackMayWaitHere(t *testing.T) {
	n := newNode(t)
	for _, id := range []wire.Msgid{wire.Login, wire.Register} {
		w := n.dial()
		w.client.refuse(&wire.Request{Msgid: id}, &chat.Error{Code: wire.RateLimited, RetryAfter: 7 * time.Second})
		if in := w.expected.Load(); in != 0 {
			t.Errorf("%s: after another refusal it may stay for %v", id.Name(), time.Duration(in))
		}
		w.client.refuse(&wire.Request{Msgid: id}, &chat.Error{Code: wire.Busy, RetryAfter: 7 * time.Second})
		if in := w.expected.Load(); in != int64(7*time.Second) {
			t.Errorf("%s: told to come back in 7 s, it may stay for %v", id.Name(), time.Duration(in))
		}
	}
}

// endings is the owner of a session that says nothing.
type endings chan wire.GoodbyeCode

func (endings) AppendOutcome(dst []byte, _ hub.Outcome, _ string) []byte { return dst }

func (e endings) Ended(_ chat.SessionID, code wire.GoodbyeCode) { e <- code }
