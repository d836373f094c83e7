package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// chatter is many conversations with known texts.
type chatter struct {
	t      testing.TB
	p      *testkit.Process
	users  []client.Options // with a token-less login each; user i has the id i+1
	pairs  [][2]int         // who speaks, to whom
	length int
}

// words are what people say, more or less.
var archiveWords = strings.Fields("the a we you they have is it that of to and in on for with this was not are but all there when can said will one about what out if so would more them see time up who like now could than other how then its our some these come only over think also back after use two way even new want because any give day most us")

// textOf is what was said as the n-th of a conversation.
func textOf(pair, n int) string {
	r := rand.New(rand.NewPCG(uint64(pair), uint64(n)))
	var b strings.Builder
	fmt.Fprintf(&b, "%d.%d", pair, n)
	for range 3 + r.IntN(16) {
		b.WriteByte(' ')
		b.WriteString(archiveWords[r.IntN(len(archiveWords))])
	}
	return b.String()
}

// converse makes conversations and says so many messages in each.
func converse(t testing.TB, p *testkit.Process, conversations, length int) *chatter {
	t.Helper()
	c := &chatter{t: t, p: p, length: length}
	users := 2
	for users*(users-1)/2 < conversations {
		users++
	}
	for i := range users {
		o, id := testkit.Account(t, p, fmt.Sprint("user ", i))
		if id != int64(i+1) {
			t.Fatalf("user %d has the id %d", i, id)
		}
		c.users = append(c.users, o)
	}
	for lo := range users {
		for hi := lo + 1; hi < users && len(c.pairs) < conversations; hi++ {
			c.pairs = append(c.pairs, [2]int{lo, hi})
		}
	}
	var all sync.WaitGroup
	for lo := range users {
		all.Go(func() { c.speak(lo) })
	}
	all.Wait()
	return c
}

// speak says all that one user says, as a device of its own that sees nothing.
func (c *chatter) speak(lo int) {
	q := testkit.DialPlain(c.t, c.p.TCP)
	q.Say(c.t, `{"msgid":2,"id":%d,"pwd":"%s","device":"speaker"}`, lo+1, testkit.Password)
	q.Await(c.t, wire.LoginAnswer)
	sent := int64(0)
	for pair, who := range c.pairs {
		if who[0] != lo {
			continue
		}
		for n := 0; n < c.length; {
			var batch bytes.Buffer
			first := sent + 1
			for range min(200, c.length-n) {
				sent++
				fmt.Fprintf(&batch, `{"msgid":4,"to":%d,"send_seq":%d,"msg":%q}`, who[1]+1, sent, textOf(pair, n))
				n++
			}
			q.Say(c.t, "%s", batch.String())
			for range sent - first + 1 {
				if f := q.Await(c.t, wire.Ack); f.Erron != wire.OK {
					c.t.Errorf("saying: %+v", f)
					return
				}
			}
		}
	}
}

// history reads a conversation by frame 19, as the one who was spoken to.
func (c *chatter) history(q *testkit.Plain, pair int) {
	c.t.Helper()
	n := 0
	for more := true; more; {
		q.Say(c.t, `{"msgid":19,"with":%d,"after":%d,"limit":200}`, c.pairs[pair][0]+1, n)
		page := page(c.t, q)
		if page.Erron != 0 {
			c.t.Fatalf("conversation %d after %d: %s", pair, n, page.Errinfo)
		}
		for _, m := range page.Messages {
			if m.Seq != int64(n+1) || m.Msg != textOf(pair, n) {
				c.t.Fatalf("conversation %d: message %d is %d, %q", pair, n+1, m.Seq, m.Msg)
			}
			n++
		}
		more = page.More
	}
	if n != c.length {
		c.t.Fatalf("conversation %d has %d messages in its history, want %d", pair, n, c.length)
	}
}

// page is an answer to frame 19.
type historyPage struct {
	Msgid    wire.Msgid     `json:"msgid"`
	Erron    wire.Code      `json:"erron"`
	Errinfo  string         `json:"errinfo"`
	Messages []wire.Message `json:"messages"`
	More     bool           `json:"more"`
}

// page waits for the answer to frame 19, or its refusal.
func page(t testing.TB, p *testkit.Plain) (page historyPage) {
	t.Helper()
	for {
		_ = p.Conn.SetReadDeadline(time.Now().Add(testkit.Patience))
		line, err := p.In.ReadBytes('\n')
		if err != nil {
			t.Fatalf("reading: %v", err)
		}
		page = historyPage{}
		if err := json.Unmarshal(line, &page); err != nil {
			t.Fatal(err)
		}
		if page.Msgid == wire.HistoryAnswer || page.Msgid == wire.Ack {
			return page
		}
	}
}

// all reads every conversation by its history.
func (c *chatter) all() {
	c.t.Helper()
	var readers sync.WaitGroup
	work := make(chan int)
	for range 4 {
		readers.Go(func() {
			conns := map[int]*testkit.Plain{}
			for pair := range work {
				hi := c.pairs[pair][1]
				q := conns[hi]
				if q == nil {
					q = testkit.DialPlain(c.t, c.p.TCP)
					q.Say(c.t, `{"msgid":2,"id":%d,"pwd":"%s","device":"history %d"}`, hi+1, testkit.Password, rand.Int64())
					conns[hi] = q
				}
				c.history(q, pair)
			}
			for _, q := range conns {
				_ = q.Conn.Close()
			}
		})
	}
	for pair := range c.pairs {
		work <- pair
	}
	close(work)
	readers.Wait()
}

// catchUp logs a device in that was never seen before, and wants everything that was ever
// said to its user, in order.
func (c *chatter) catchUp(hi int) {
	c.t.Helper()
	var mu sync.Mutex
	got := map[int64][]string{}
	o := c.users[hi]
	o.Device = fmt.Sprint("catching up ", rand.Int64())
	o.Server = "tcp://" + c.p.TCP
	total, want := 0, 0
	from := map[int64]int{}
	for pair, who := range c.pairs {
		switch hi {
		case who[1]:
			from[int64(who[0]+1)] = pair
		case who[0]:
			from[int64(who[1]+1)] = pair
		default:
			continue
		}
		want += c.length
	}
	done := make(chan struct{})
	o.OnMessage = func(_ *client.Client, m *client.Message) {
		mu.Lock()
		defer mu.Unlock()
		got[m.Conversation.With] = append(got[m.Conversation.With], m.Text)
		if total++; total == want {
			close(done)
		}
	}
	o.OnEvent = func(_ *client.Client, e client.Event) {
		if g, ok := e.(client.Gap); ok {
			c.t.Errorf("a gap was given up: %+v", g)
		}
	}
	one := testkit.Login(c.t, o)
	defer one.Close()
	select {
	case <-done:
	case <-time.After(2 * testkit.Patience):
		c.t.Fatalf("%d messages of %d were displayed", total, want)
	}
	mu.Lock()
	defer mu.Unlock()
	for with, texts := range got {
		pair := from[with]
		for n, text := range texts {
			if text != textOf(pair, n) {
				c.t.Fatalf("with %d: message %d is displayed as %q", with, n+1, text)
			}
		}
	}
}
