package gate

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
	"unsafe"

	"parley/wire"
)

// every is what the protocol has for clients.
var every = func() (all []wire.Msgid) {
	for _, id := range wire.Msgids() {
		if id.IsRequest() {
			all = append(all, id)
		}
	}
	return all
}()

func TestTableIsComplete(t *testing.T) {
	n := 0
	for id := range table {
		if table[id] != nil {
			n++
		}
	}
	if n != len(every) {
		t.Errorf("the table has %d rows, want %d", n, len(every))
	}
	for _, id := range every {
		row := table.of(id)
		if row == nil {
			t.Errorf("no row for msgid %d", id)
			continue
		}
		busy := id == wire.Chat || id == wire.GroupChat || id == wire.Change || id == wire.Heartbeat || id == wire.Received
		// Typing waits for nothing, but it counts as a request: it is worth less than messages.
		waitsForNothing := busy || id == wire.Typing || id == wire.PublicKey || id == wire.KeyExchange || id == wire.Sealed
		if (row.order == abreast) != waitsForNothing || (row.class == traffic) != busy {
			t.Errorf("msgid %d: abreast is %v, class %d", id, row.order == abreast, row.class)
		}
		guests := id == wire.Register || id == wire.Login
		if (row.carry == secret) != (guests || id == wire.ChangePassword || id == wire.DeleteAccount) || (row.who == guest) != guests {
			t.Errorf("msgid %d: secret is %v, who is %d", id, row.carry == secret, row.who)
		}
	}
	for _, id := range []wire.Msgid{-1, 1, 3, 10, 1000} {
		if table.of(id) != nil {
			t.Errorf("a row for msgid %d", id)
		}
	}
}

func TestTableFitsAScreen(t *testing.T) {
	src, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(src), "var table = newTable(")
	body, _, ok := strings.Cut(rest, "\n)\n")
	if lines := strings.Count(body, "\n"); !ok || lines > 50 {
		t.Errorf("the table has %d lines", lines)
	}
}

func TestMistakesInTheTablePanic(t *testing.T) {
	do := func(*client, context.Context, *wire.Request) error { return nil }
	for name, rows := range map[string][]row{
		"twice":      {{msgid: wire.Chat, do: do}, {msgid: wire.Chat, do: do}},
		"no request": {{msgid: wire.Ack, do: do}},
		"no handler": {{msgid: wire.Chat}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			newTable(rows...)
		})
	}
}

func TestBucket(t *testing.T) {
	p := Rate{PerSecond: 10, Burst: 3}.pace(0, 0)
	var b bucket
	now := time.Hour
	for i := range 3 {
		if wait := b.take(now, p); wait != 0 {
			t.Fatalf("frame %d of the burst waits %v", i, wait)
		}
	}
	if wait := b.take(now, p); wait != 100*time.Millisecond {
		t.Fatalf("the fourth waits %v", wait)
	}
	if wait := b.take(now+100*time.Millisecond, p); wait != 0 {
		t.Fatalf("still %v", wait)
	}
	if wait := b.take(now+110*time.Millisecond, p); wait != 90*time.Millisecond {
		t.Fatalf("got %v", wait)
	}
	for range 1000 {
		if wait := b.take(now, Rate{PerSecond: -1}.pace(1, 1)); wait != 0 {
			t.Fatal("no limit is one")
		}
	}
}

func TestClientIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(client{}); size > 96 {
		t.Errorf("a client takes %d bytes", size)
	}
}
