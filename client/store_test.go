package client

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"parley/wire"
)

// memory is a Store that survives clients, not the process.
type memory struct {
	mu       sync.Mutex
	saved    Saved
	ids      int64
	messages []*Message
	first    map[Conversation]int64
	names    []Named
	states   []Changed
	revs     map[Conversation]int64
	failing  error         // what every method that writes returns
	numbers  error         // what Number returns
	hold     chan struct{} // what Save waits for, if it is set
}

func (s *memory) Load() (Saved, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := s.saved
	saved.Outbox, saved.Positions = slices.Clone(saved.Outbox), slices.Clone(saved.Positions)
	for v, rev := range s.revs {
		saved.Revs = append(saved.Revs, Position{v, rev})
	}
	return saved, nil
}

func (s *memory) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = err
}

func (s *memory) failNumber(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers = err
}

func (s *memory) Queue(q Queued) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return 0, s.failing
	}
	s.ids++
	q.ID = s.ids
	s.saved.Outbox = append(s.saved.Outbox, q)
	return s.ids, nil
}

func (s *memory) Number(ids []int64, first int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmp.Or(s.failing, s.numbers); err != nil {
		return err
	}
	for i, id := range ids {
		at := slices.IndexFunc(s.saved.Outbox, func(q Queued) bool { return q.ID == id })
		s.saved.Outbox[at].SendSeq = first + int64(i)
	}
	s.saved.SendNext = first + int64(len(ids))
	return nil
}

func (s *memory) Save(b Batch) error {
	if s.hold != nil && len(b.Shown) > 0 {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return s.failing
	}
	if b.Self.ID != 0 {
		s.saved.Self = b.Self
	}
	if b.Log != "" {
		if s.saved.Log != "" && s.saved.Log != b.Log {
			s.saved.Positions, s.messages, s.first = nil, nil, map[Conversation]int64{}
		}
		s.saved.Log = b.Log
	}
	s.saved.Outbox = slices.DeleteFunc(s.saved.Outbox, func(q Queued) bool { return slices.Contains(b.Settled, q.ID) })
	for _, v := range slices.Concat(b.Left, b.Reset) {
		s.saved.Positions = slices.DeleteFunc(s.saved.Positions, func(p Position) bool { return p.Conversation == v })
	}
	s.messages = slices.DeleteFunc(s.messages, func(m *Message) bool { return slices.Contains(b.Reset, m.Conversation) })
	for _, m := range b.Shown {
		s.saved.Positions = slices.DeleteFunc(s.saved.Positions, func(p Position) bool { return p.Conversation == m.Conversation })
		s.saved.Positions = append(s.saved.Positions, Position{m.Conversation, m.Seq})
	}
	for _, m := range slices.Concat(b.Shown, b.Fetched) {
		if !slices.ContainsFunc(s.messages, func(k *Message) bool { return k.Conversation == m.Conversation && k.Seq == m.Seq }) {
			s.messages = append(s.messages, m)
		}
	}
	s.states = append(s.states, b.States...)
	if s.revs == nil {
		s.revs = map[Conversation]int64{}
	}
	for _, m := range slices.Concat(b.Shown, b.Fetched) {
		s.revs[m.Conversation] += 0
	}
	for _, p := range b.Revs {
		s.revs[p.Conversation] = p.Seq
	}
	for _, p := range b.First {
		s.first[p.Conversation] = p.Seq
	}
	s.names = append(s.names, b.Names...)
	return nil
}

func (s *memory) Messages(of Conversation, before int64, limit int) ([]*Message, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Message
	for _, m := range s.messages {
		if m.Conversation == of && (before == 0 || m.Seq < before) {
			present := *m
			for _, e := range s.states {
				present.Apply(e)
			}
			all = append(all, &present)
		}
	}
	slices.SortFunc(all, func(a, b *Message) int { return int(a.Seq - b.Seq) })
	return all[max(0, len(all)-limit):], s.first[of], nil
}

func (s *memory) KeepToken(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved.Token = token
	return s.failing
}

func newMemory() *memory { return &memory{first: map[Conversation]int64{}} }

// deviceLog is the server's side of send_seq for one device, by its written rules.
type deviceLog struct {
	last, expected int64
	stored         []string // texts, in order
	numbers        []int64  // theirs
}

func (d *deviceLog) login(sendNext int64) {
	d.expected = d.last + 1
	if sendNext != 0 {
		d.expected = sendNext
	}
}

// take handles a chat frame; refuse makes it one that is refused for good.
func (d *deviceLog) take(number int64, text string, refuse bool) (wire.Code, int64) {
	if i := slices.Index(d.numbers, number); number <= d.last || number < d.expected {
		d.expected = max(d.expected, number+1)
		if i >= 0 {
			return wire.OK, 0
		}
		return wire.Passed, 0
	}
	if number > d.expected {
		return wire.SendSeqGap, d.expected
	}
	d.expected++
	if refuse {
		return wire.NotMember, 0
	}
	d.last = number
	d.stored, d.numbers = append(d.stored, text), append(d.numbers, number)
	return wire.OK, 0
}

// program is one run of a sender: an outbox over a store, stepped by a test.
type program struct {
	t      *rapid.T
	box    outbox
	store  *memory
	server *deviceLog
	// refused are texts that were refused for good.
	refused map[string]bool
}

func (p *program) start() {
	saved, _ := p.store.Load()
	p.box = outbox{window: 8}
	var entries []*entry
	for _, q := range saved.Outbox {
		entries = append(entries, &entry{id: q.ID, text: q.Text, seq: q.SendSeq, kept: q.SendSeq != 0})
	}
	if err := p.box.restore(entries, saved.SendNext); err != nil {
		p.t.Fatal(err)
	}
	p.login()
}

func (p *program) login() {
	p.server.login(p.box.sendNext())
	if doubtful := p.box.login(p.server.last, true); len(doubtful) > 0 {
		p.t.Fatalf("%d messages have an unknown outcome", len(doubtful))
	}
}

// send puts what may be sent on the wire, where reach of the frames get to the server,
// and heard of the answers back: final answers come in the order of the numbers. stop
// ends it before one of its steps, as a crash would.
func (p *program) send(reach, heard, stop int, refuse func() bool) {
	var fresh []int64
	var frames []*entry
	first := int64(0)
	for e := p.box.take(); e != nil; e = p.box.take() {
		if !e.kept {
			if first == 0 {
				first = e.seq
			}
			fresh = append(fresh, e.id)
			e.kept = true
		}
		frames = append(frames, e)
	}
	if stop == 0 {
		return
	}
	if len(fresh) > 0 {
		_ = p.store.Number(fresh, first)
	}
	for i, e := range frames[:min(reach, len(frames))] {
		code, next := p.server.take(e.seq, e.text, refuse())
		if code == wire.NotMember {
			p.refused[e.text] = true
		}
		if i >= heard {
			continue
		}
		answered, _ := p.box.answer(e.seq, code, next, 0)
		if answered != nil && stop != 1 {
			_ = p.store.Save(Batch{Settled: []int64{answered.id}})
		}
	}
}

// TestOutboxSurvivesEveryCrash queues messages, and kills the program and cuts the
// connection between any two of its steps. In the end every message that was queued
// is stored once, and in order, but for those refused for good.
func TestOutboxSurvivesEveryCrash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &program{t: t, store: newMemory(), server: &deviceLog{}, refused: map[string]bool{}}
		p.server.last = rapid.Int64Range(0, 3).Draw(t, "sent by the device before")
		p.start()
		never := func() bool { return false }
		count := 0
		var queued []string
		upTo8 := rapid.IntRange(0, 8)
		mayRefuse := func() bool { return rapid.IntRange(0, 5).Draw(t, "refuse") == 0 }
		t.Repeat(map[string]func(*rapid.T){
			"queue": func(*rapid.T) {
				count++
				text := fmt.Sprint("message ", count)
				id, _ := p.store.Queue(Queued{To: Direct(2), Text: text})
				p.box.add(&entry{id: id, text: text})
				queued = append(queued, text)
			},
			"send": func(t *rapid.T) {
				p.send(8, 8, 2, mayRefuse)
			},
			"send and lose the connection": func(t *rapid.T) {
				p.send(upTo8.Draw(t, "reach the server"), upTo8.Draw(t, "answers heard"), 2, mayRefuse)
				p.login()
			},
			"send and crash": func(t *rapid.T) {
				p.send(upTo8.Draw(t, "reach the server"), upTo8.Draw(t, "answers heard"), rapid.IntRange(0, 2).Draw(t, "stop"), mayRefuse)
				p.start()
			},
		})
		p.login()
		for tries := 0; !p.box.empty(); tries++ {
			if tries > len(queued) {
				t.Fatalf("no end: %d are left", len(p.box.entries))
			}
			p.send(8, 8, 2, never)
		}
		want := slices.DeleteFunc(queued, func(text string) bool { return p.refused[text] && !slices.Contains(p.server.stored, text) })
		if !slices.Equal(p.server.stored, want) {
			t.Fatalf("stored: %q\nqueued and not refused: %q", p.server.stored, want)
		}
	})
}

// TestHolesInTheOutbox: an entry that is gone though one before it is not, was
// answered, and its number is not given to another.
func TestHolesInTheOutbox(t *testing.T) {
	b := outbox{window: 8}
	if err := b.restore([]*entry{{id: 1, seq: 5}, {id: 2, seq: 7}, {id: 3}}, 9); err != nil {
		t.Fatal(err)
	}
	b.login(4, true)
	var taken []int64
	for e := b.take(); e != nil; e = b.take() {
		taken = append(taken, e.seq)
	}
	want(t, taken, []int64{5, 7, 9})
	for i := len(taken) - 1; i >= 0; i-- {
		if e, _ := b.answer(taken[i], wire.OK, 0, 0); e == nil {
			t.Fatalf("%d is not found", taken[i])
		}
	}
	want(t, b.empty(), true)
}

func TestDamagedOutboxIsRefused(t *testing.T) {
	for name, saved := range map[string]Saved{
		"a number twice":              {SendNext: 9, Outbox: []Queued{{ID: 1, SendSeq: 7}, {ID: 2, SendSeq: 7}}},
		"a number not given out":      {SendNext: 7, Outbox: []Queued{{ID: 1, SendSeq: 7}}},
		"a number behind one without": {SendNext: 9, Outbox: []Queued{{ID: 1}, {ID: 2, SendSeq: 7}}},
		"far apart":                   {SendNext: 9000, Outbox: []Queued{{ID: 1, SendSeq: 7}}},
	} {
		s := newMemory()
		s.saved = saved
		if _, err := New(Options{Name: "alice", Password: "x", Store: s}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

var errDisk = errors.New("the disk is full")
