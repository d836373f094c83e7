package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"parley/internal/chat"
	"parley/internal/store"
	"parley/test/testkit"
	"parley/wire"
)

const (
	idleConns   = 8000 // each is a descriptor here and one in the server
	idleWarmUp  = 200  // the program's code and tables are in memory from here on
	idleQuiet   = 30 * time.Second
	idleFriends = 20
	idleGroups  = 3
	idleMembers = 24 // of a group
)

// BenchmarkIdle: resident memory of the server for each logged-in WebSocket connection
// of a user with 20 friends and 3 groups, after 30 s without a frame: what the
// connections add to a server that has few, and all that it has divided by them.
func BenchmarkIdle(b *testing.B) {
	data := b.TempDir()
	people := settle(b, data, idleConns)
	p := testkit.Serve(b, data, testkit.Wide...)
	pid := p.Cmd.Process.Pid
	comeIn(b, p.HTTP, people[:idleWarmUp])
	time.Sleep(idleQuiet) // the quiet is what is measured
	few := resident(b, pid)
	comeIn(b, p.HTTP, people[idleWarmUp:])
	b.Logf("resident with %d connections: %d KiB; with %d, at once: %d KiB",
		idleWarmUp, few>>10, idleConns, resident(b, pid)>>10)
	time.Sleep(idleQuiet)
	all := resident(b, pid)
	b.ReportMetric(float64(all-few)/(idleConns-idleWarmUp), "B/conn")
	b.ReportMetric(float64(all)/idleConns, "B/conn-with-all")
	b.ReportMetric(0, "ns/op")
}

// settled is a user that stands in the database, with a device that has a token.
type settled struct {
	id    chat.UserID
	token string
}

// settle fills a database with users, their friends and groups, as the server itself
// would: through the store, but without a password hash for each, which would take
// minutes.
func settle(b *testing.B, data string, n int) []settled {
	b.Helper()
	ctx := b.Context()
	s, err := store.Open(ctx, store.Options{URL: filepath.Join(data, "parley.db")})
	if err != nil {
		b.Fatal(err)
	}
	people := make([]settled, n)
	atOnce(b, n, func(i int) (err error) {
		people[i], err = settleOne(ctx, s, i)
		return err
	})
	groups := make([]chat.GroupID, n*idleGroups/idleMembers)
	atOnce(b, len(groups), func(i int) error {
		g, _, _, err := s.CreateGroup(ctx, people[i*idleMembers/idleGroups].id, fmt.Sprintf("group %d", i), "", chat.JoinOpen, 0, time.Now())
		groups[i] = g.ID
		return err
	})
	atOnce(b, n, func(i int) error {
		for k := 1; k <= idleFriends/2; k++ {
			if _, err := s.AddFriend(ctx, people[i].id, people[(i+k)%n].id, 0); err != nil {
				return err
			}
		}
		for k := range idleGroups {
			// Its creator, every eighth, is a member of one already.
			_, _, _, err := s.JoinGroup(ctx, people[i].id, groups[(i*idleGroups/idleMembers+k)%len(groups)], 0, 0)
			if err != nil && chat.AsError(err).Code != wire.AlreadyMember {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return people
}

// settleOne makes a user with a device.
func settleOne(ctx context.Context, s *store.Store, i int) (settled, error) {
	name := fmt.Sprintf("user %d", i)
	id, err := s.CreateUser(ctx, name, chat.NameKey(name), "no password fits this")
	if err != nil {
		return settled{}, err
	}
	token := fmt.Sprintf("token of %s", name)
	hash := sha256.Sum256([]byte(token))
	o := chat.Opening{User: id, Device: "bench", Session: chat.SessionID(i + 1), Node: 1, TokenHash: hash[:], At: time.Now()}
	opened, err := s.OpenSession(ctx, o)
	if err != nil {
		return settled{}, err
	}
	_, err = s.CloseSession(ctx, chat.Closing{User: id, Device: opened.Device, Session: o.Session, At: o.At})
	return settled{id, token}, err
}

// atOnce runs do for 0 to n-1, many at a time, so that they share commits.
func atOnce(b *testing.B, n int, do func(i int) error) {
	b.Helper()
	var wg sync.WaitGroup
	places := make(chan struct{}, 256)
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if err := do(i); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// comeIn logs people in by token over WebSocket, eight at a time, and leaves their
// connections open and unread until the benchmark ends.
func comeIn(b *testing.B, addr string, people []settled) {
	b.Helper()
	var wg sync.WaitGroup
	places := make(chan struct{}, 8)
	for _, who := range people {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if err := who.logIn(b, addr); err != nil {
				b.Errorf("login of user %d: %v", who.id, err)
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

func (who settled) logIn(b *testing.B, addr string) error {
	conn, _, _, err := ws.Dial(b.Context(), "ws://"+addr+"/ws")
	if err != nil {
		return err
	}
	b.Cleanup(func() { _ = conn.Close() })
	login := fmt.Sprintf(`{"msgid":2,"id":%d,"token":"%s","device":"bench"}`, who.id, who.token)
	if err := wsutil.WriteClientText(conn, []byte(login)); err != nil {
		return err
	}
	return awaitLogin(conn)
}

// awaitLogin reads until the answer to a login, which is the first frame but for
// notices.
func awaitLogin(conn net.Conn) error {
	for {
		text, err := wsutil.ReadServerText(conn)
		if err != nil {
			return err
		}
		var f testkit.Frame
		if err := json.Unmarshal(text, &f); err != nil {
			return err
		}
		if f.Msgid == wire.LoginAnswer {
			if f.Erron != wire.OK {
				return fmt.Errorf("refused: %s", text)
			}
			return nil
		}
	}
}

// resident is the resident memory of a process in bytes.
func resident(b *testing.B, pid int) int64 {
	b.Helper()
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Fatal(err)
	}
	pages, err := strconv.ParseInt(string(bytes.Fields(statm)[1]), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
