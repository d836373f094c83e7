package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// breaker is faults that a test turns on and off. Its zero value breaks nothing.
type breaker struct {
	mu       sync.Mutex
	onOpen   func() error
	onInsert func(*chat.Append) error
	onCommit func(do func() error) error
}

func (b *breaker) set(change func(*breaker)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b)
}

func (b *breaker) open() error {
	b.mu.Lock()
	f := b.onOpen
	b.mu.Unlock()
	if f == nil {
		return nil
	}
	return f()
}

func (b *breaker) insert(a *chat.Append) error {
	b.mu.Lock()
	f := b.onInsert
	b.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(a)
}

func (b *breaker) commit(do func() error) error {
	b.mu.Lock()
	f := b.onCommit
	b.mu.Unlock()
	if f == nil {
		return do()
	}
	return f(do)
}

// line is one sender in one direct conversation of a store with faults.
type line struct {
	t        *testing.T
	s        *Store
	b        *breaker
	user     chat.UserID
	device   chat.DeviceID
	session  chat.SessionID
	head     chat.Head
	doubtful chan bool
	mu       sync.Mutex
	waiting  map[*chat.Append]chan struct{}
}

func newLine(t *testing.T, o Options) *line {
	t.Helper()
	b := &breaker{}
	o.faults = b
	if o.URL == "" {
		o.URL = dbtest.EmptyFile(t)
	}
	l := &line{t: t, s: openTest(t, o), b: b, session: 1, doubtful: make(chan bool, 1000), waiting: make(map[*chat.Append]chan struct{})}
	l.listen()
	l.login()
	t.Cleanup(func() {
		b.set(func(b *breaker) { b.onOpen, b.onInsert, b.onCommit = nil, nil, nil })
		l.s.Close()
	})
	return l
}

func (l *line) listen() {
	l.s.SetAppended(func(batch []*chat.Append, doubtful bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if doubtful {
			select {
			case l.doubtful <- true:
			default: // nobody counts them
			}
		}
		for _, a := range batch {
			close(l.waiting[a])
			delete(l.waiting, a)
		}
	})
}

func (l *line) login() {
	l.t.Helper()
	ctx := context.Background()
	var ids [2]chat.UserID
	for i := range ids {
		id, err := l.s.CreateUser(ctx, fmt.Sprint("u", i), fmt.Sprint("u", i), "")
		l.must(err)
		ids[i] = id
	}
	o, err := l.s.OpenSession(ctx, chat.Opening{User: ids[0], Session: l.session, Node: 1, At: time.Now()})
	l.must(err)
	_, head, _, err := l.s.OpenDirect(ctx, ids[0], ids[1])
	l.must(err)
	l.user, l.device, l.head = ids[0], o.Device, head
}

func (l *line) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *line) queue(n int64, body string) func() *chat.Append {
	a := &chat.Append{
		Conv: l.head.Conv, Version: l.head.Version, Sender: l.user, Device: l.device, Session: l.session,
		SendSeq: n, PrevSendSeq: max(n-1, 0), Body: body,
	}
	done := make(chan struct{})
	l.mu.Lock()
	l.waiting[a] = done
	l.mu.Unlock()
	l.s.Append(a)
	return func() *chat.Append { <-done; return a }
}

func (l *line) wants(code wire.Code, err error) {
	l.t.Helper()
	if e := (*chat.Error)(nil); !errors.As(err, &e) || e.Code != code {
		l.t.Fatalf("got error %v, want code %d", err, code)
	}
}

// bodies reads the whole conversation, whose seqs must be dense.
func (l *line) bodies() []string {
	l.t.Helper()
	page, err := l.s.Page(context.Background(), l.head.Conv, 0, 1<<40, 10_000, 1<<30)
	l.must(err)
	var list []string
	for i, m := range page {
		if m.Seq != int64(i)+1 {
			l.t.Fatalf("message %d has seq %d", i+1, m.Seq)
		}
		list = append(list, m.Body)
	}
	return list
}

func (l *line) logIs(want ...string) {
	l.t.Helper()
	if got := l.bodies(); strings.Join(got, ",") != strings.Join(want, ",") {
		l.t.Fatalf("log %q, want %q", got, want)
	}
}

// hold keeps the committer in its next commit until the function it gives is called.
// That commit is of one write of its own.
func (l *line) hold() (release func()) {
	l.t.Helper()
	held, free := make(chan struct{}), make(chan struct{})
	l.b.set(func(b *breaker) {
		b.onCommit = func(do func() error) error {
			b.set(func(b *breaker) { b.onCommit = nil })
			close(held)
			<-free
			return do()
		}
	})
	done := make(chan error, 1)
	go func() { done <- l.s.Ping(context.Background()) }()
	<-held
	return func() {
		close(free)
		l.must(<-done)
	}
}

// breakOnce makes the next commit fail.
func (l *line) breakOnce(commit func(do func() error) error) {
	l.b.set(func(b *breaker) {
		b.onCommit = func(do func() error) error {
			b.set(func(b *breaker) { b.onCommit = nil })
			return commit(do)
		}
	})
}

func TestCommitFailsBeforeItTookEffect(t *testing.T) {
	l := newLine(t, Options{})
	l.breakOnce(func(func() error) error { return &fault{sqldb.FailedFull} })
	l.wants(wire.StoreFull, l.queue(1, "one")().Err)
	l.must(l.queue(1, "one")().Err)
	l.must(l.queue(2, "two")().Err)
	l.logIs("one", "two")
	if len(l.doubtful) > 0 {
		t.Error("a known outcome was called doubtful")
	}
}

func TestCommitFailsAfterItTookEffect(t *testing.T) {
	l := newLine(t, Options{})
	l.breakOnce(func(do func() error) error { return errors.Join(do(), &fault{sqldb.FailedOtherwise}) })
	l.wants(wire.Unavailable, l.queue(1, "one")().Err)
	if !<-l.doubtful {
		t.Error("an unknown outcome was not called doubtful")
	}
	a := l.queue(1, "one")()
	if !errors.Is(a.Err, chat.ErrRepeat) || a.LastSendSeq != 1 {
		t.Fatalf("the repeat: %v, last %d", a.Err, a.LastSendSeq)
	}
	m, found, err := l.s.FindRepeat(context.Background(), l.head.Conv, l.device, 1)
	if err != nil || !found || m.Seq != 1 {
		t.Fatalf("the repeat's message: %+v, %v, %v", m, found, err)
	}
	l.must(l.queue(2, "two")().Err)
	l.logIs("one", "two")
}

func TestCommitWithUnknownOutcomeThatDidNotHappen(t *testing.T) {
	l := newLine(t, Options{})
	l.breakOnce(func(func() error) error { return &fault{sqldb.FailedIO} })
	behind := l.queue(0, "free")
	l.wants(wire.Unavailable, behind().Err)
	<-l.doubtful
	l.must(l.queue(1, "one")().Err)
	l.logIs("one")
}

func TestEveryoneInAFailedBatchIsToldTheSame(t *testing.T) {
	l := newLine(t, Options{})
	release := l.hold()
	var waits []func() *chat.Append
	for n := range int64(5) {
		waits = append(waits, l.queue(n+1, fmt.Sprint(n+1)))
	}
	repeat := l.queue(2, "2") // a repeat of what is about to be undone
	created := queue(l.s, apart, createX)
	l.breakOnce(func(func() error) error { return &fault{sqldb.FailedIO} })
	release()
	for _, wait := range append(waits, repeat) {
		l.wants(wire.Unavailable, wait().Err)
	}
	_, err := created(context.Background())
	l.wants(wire.Unavailable, err)
	l.logIs()
	_, err = l.s.CreateUser(context.Background(), "x", "x", "")
	l.must(err)
}

// createX creates the user x.
func createX(tx *transaction) (int64, error) {
	u := userRow{Name: "x", NameKey: "x"}
	return u.ID, u.insert(tx.Link)
}

func TestRefusedRow(t *testing.T) {
	for name, refuse := range map[string]func(*line) string{
		"by the database": func(*line) string { return strings.Repeat("x", 1<<20+1) },
		"by a fault": func(l *line) string {
			l.b.set(func(b *breaker) {
				b.onInsert = func(a *chat.Append) error {
					if a.Body == "culprit" {
						return &fault{sqldb.FailedRow}
					}
					return nil
				}
			})
			return "culprit"
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, Options{})
			culprit := refuse(l)
			release := l.hold()
			good, bad := l.queue(1, "good"), l.queue(2, culprit)
			behind, free := l.queue(3, "behind"), l.queue(0, "free")
			release()
			l.must(good().Err)
			l.wants(wire.BadText, bad().Err)
			if a := behind(); !errors.Is(a.Err, chat.ErrOutOfStep) || a.LastSendSeq != 1 {
				t.Fatalf("behind the culprit: %v, last %d", a.Err, a.LastSendSeq)
			}
			l.must(free().Err)
			l.logIs("good", "free")
		})
	}
}

func TestAFailedWriteSpoilsNothing(t *testing.T) {
	ctx := context.Background()
	var mu sync.Mutex
	commits := 0
	l := newLine(t, Options{Metrics: &Metrics{Commit: func(int, int, float64, bool) {
		mu.Lock()
		defer mu.Unlock()
		commits++
	}}})
	release := l.hold()
	mu.Lock()
	commits = 0
	mu.Unlock()
	one := l.queue(1, "one")
	pieces := []func(context.Context) (int64, error){
		queue(l.s, inOrder, createX),
		queue(l.s, apart, createX), // refused by the database
		queue(l.s, inOrder, func(tx *transaction) (int64, error) { // refused after it wrote
			if _, err := tx.Exec(sqlGrowConversation, 99, 0, l.head.Conv); err != nil {
				return 0, err
			}
			return 0, chat.E(wire.Blocked)
		}),
	}
	two := l.queue(2, "two")
	release()
	l.must(one().Err)
	l.must(two().Err)
	_, err := pieces[0](ctx)
	l.must(err)
	_, err = pieces[1](ctx)
	l.wants(wire.Internal, err)
	_, err = pieces[2](ctx)
	l.wants(wire.Blocked, err)
	l.logIs("one", "two")
	mu.Lock()
	defer mu.Unlock()
	if commits != 2 { // the held one and the batch
		t.Errorf("%d commits, want 2", commits)
	}
}

func TestBusyIsRetriedWithinABound(t *testing.T) {
	l := newLine(t, Options{})
	tries := 0
	fail := func(times int) {
		tries = 0
		l.b.set(func(b *breaker) {
			b.onCommit = func(do func() error) error {
				if tries++; tries <= times {
					return &fault{sqldb.FailedBusy}
				}
				return do()
			}
		})
	}
	fail(sqldb.BusyAttempts - 1)
	l.must(l.queue(1, "one")().Err)
	fail(sqldb.BusyAttempts)
	l.wants(wire.Busy, l.queue(2, "two")().Err)
	l.must(l.queue(2, "two")().Err)
	l.logIs("one", "two")
}

func TestTheWriterIsOpenedAgain(t *testing.T) {
	l := newLine(t, Options{})
	l.must(l.queue(1, "one")().Err)
	l.breakOnce(func(func() error) error { return &fault{sqldb.FailedIO} })
	l.b.set(func(b *breaker) { b.onOpen = func() error { return &fault{sqldb.FailedFull} } })
	l.wants(wire.Unavailable, l.queue(2, "two")().Err)
	for range 3 {
		l.wants(wire.StoreFull, l.queue(2, "two")().Err)
	}
	l.wants(wire.StoreFull, l.s.Ping(context.Background()))
	l.b.set(func(b *breaker) { b.onOpen = nil })
	l.must(l.s.Ping(context.Background()))
	l.must(l.queue(2, "two")().Err)
	l.logIs("one", "two")
}

func TestAFullQueueSaysBusy(t *testing.T) {
	l := newLine(t, Options{Queue: 10})
	release := l.hold()
	var waits []func() *chat.Append
	for n := range int64(15) {
		waits = append(waits, l.queue(n+1, "x"))
	}
	for _, wait := range waits[10:] {
		l.wants(wire.Busy, wait().Err) // told while the commit is still running
	}
	release()
	for _, wait := range waits[:10] {
		l.must(wait().Err)
	}
	l.must(l.queue(11, "x")().Err)
}

func TestSlowDeliveryHoldsUpNoCommit(t *testing.T) {
	l := newLine(t, Options{Queue: 4})
	ctx := context.Background()
	entered, free := make(chan struct{}, 100), make(chan struct{})
	l.s.SetAppended(func([]*chat.Append, bool) { entered <- struct{}{}; <-free })
	for range 4 {
		l.s.Append(&chat.Append{Conv: l.head.Conv, Version: l.head.Version, Device: l.device, Session: l.session, Body: "x"})
	}
	<-entered
	for i := range 20 {
		_, err := l.s.CreateUser(ctx, "n", fmt.Sprint("n", i), "")
		l.must(err)
	}
	if n := len(l.bodies()); n != 4 {
		t.Errorf("%d messages are stored while delivery is stuck, want 4", n)
	}
	over := &chat.Append{Conv: l.head.Conv, Version: l.head.Version, Device: l.device, Session: l.session, Body: "x"}
	l.s.Append(over)
	close(free)
	l.must(l.s.Close())
	l.wants(wire.Busy, over.Err)
}

func TestWhoGivesUpInTheQueueChangesNothing(t *testing.T) {
	l := newLine(t, Options{})
	release := l.hold()
	ctx, cancel := context.WithCancel(context.Background())
	wait := queue(l.s, apart, createX)
	cancel()
	_, err := wait(ctx)
	l.wants(wire.Unavailable, err)
	release()
	l.must(l.s.Ping(context.Background()))
	_, err = l.s.AccountByKey(context.Background(), "x")
	l.wants(wire.NoSuchUser, err)
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	l := newLine(t, Options{})
	release := l.hold()
	var waits []func() *chat.Append
	for n := range int64(100) {
		waits = append(waits, l.queue(n+1, "x"))
	}
	closed := make(chan error)
	go func() { closed <- l.s.Close() }()
	release()
	l.must(<-closed)
	for _, wait := range waits {
		if a := wait(); a.Err != nil && !errors.Is(a.Err, chat.E(wire.Unavailable)) {
			t.Error(a.Err)
		}
	}
	l.wants(wire.Unavailable, l.queue(101, "after the end")().Err)
	l.wants(wire.Unavailable, l.s.Ping(context.Background()))
}
