package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// model is what a store must hold, kept by the simplest means: one thing after the
// other, no batches.
type model struct {
	devices []modelDevice
	convs   []modelConv
}

type modelDevice struct {
	id      chat.DeviceID
	user    chat.UserID
	session chat.SessionID
	last    int64
}

type modelConv struct {
	id      chat.ConvID
	version int64
	log     []string
}

func (m model) clone() model {
	c := model{devices: append([]modelDevice(nil), m.devices...)}
	for _, v := range m.convs {
		v.log = append([]string(nil), v.log...)
		c.convs = append(c.convs, v)
	}
	return c
}

// append is the contract of chat.Log in a few lines.
func (m *model) append(d, v int, a *chat.Append) error {
	device, conv := &m.devices[d], &m.convs[v]
	switch {
	case device.session != a.Session:
		return chat.ErrSessionGone
	case a.SendSeq > 0 && a.SendSeq <= device.last:
		return chat.ErrRepeat
	case a.SendSeq > 0 && a.PrevSendSeq != device.last:
		return chat.ErrOutOfStep
	case conv.version != a.Version:
		return chat.ErrStaleMembers
	case a.Body == "culprit":
		return chat.E(wire.BadText)
	}
	conv.log = append(conv.log, a.Body)
	if a.SendSeq > 0 {
		device.last = a.SendSeq
	}
	return nil
}

// TestAppendsAgainstAModel queues random appends, takeovers and changes of version in
// random batches, lets commits fail before or after they took effect, and compares
// every outcome and the whole log with the model.
func TestAppendsAgainstAModel(t *testing.T) {
	l := newLine(t, Options{})
	refuse := func(a *chat.Append) error {
		if a.Body == "culprit" {
			return &fault{sqldb.FailedRow}
		}
		return nil
	}
	users := 0
	rapid.Check(t, func(rt *rapid.T) {
		l.b.set(func(b *breaker) { b.onInsert = refuse })
		m := modelScene(t, l.s, &users)
		for range rapid.IntRange(1, 4).Draw(rt, "batches") {
			m = modelBatch(rt, l, m)
		}
		for _, v := range m.convs {
			l.head.Conv = v.id
			if got, want := fmt.Sprint(l.bodies()), fmt.Sprint(v.log); got != want {
				rt.Fatalf("log %s, want %s", got, want)
			}
		}
	})
}

// modelScene makes two users with a device each and two conversations, in one write.
func modelScene(t *testing.T, s *Store, users *int) model {
	m, err := write(context.Background(), s, inOrder, func(tx *transaction) (model, error) {
		var m model
		var ids []chat.UserID
		for i := range 4 {
			*users++
			u := userRow{Name: "model", NameKey: fmt.Sprint("model", *users)}
			if err := u.insert(tx.Link); err != nil {
				return m, err
			}
			ids = append(ids, chat.UserID(u.ID))
			if i >= 2 {
				continue
			}
			o, err := tx.openSession(chat.Opening{User: ids[i], Device: "d", Session: 1, Node: 1, At: tx.at})
			if err != nil {
				return m, err
			}
			m.devices = append(m.devices, modelDevice{id: o.Device, user: ids[i], session: 1})
		}
		for i := range 2 {
			d, err := tx.makeDirect(ids[i], ids[i+2])
			if err != nil {
				return m, err
			}
			m.convs = append(m.convs, modelConv{id: chat.ConvID(d.ID), version: d.Version})
		}
		return m, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// modelBatch queues one batch while the committer is held, predicts its outcomes,
// lets it run, and returns the model as it is afterwards.
func modelBatch(rt *rapid.T, l *line, before model) model {
	after := before.clone()
	release := sync.OnceFunc(l.hold())
	defer func() { // rapid leaves a run in the middle when it looks for a smaller one
		release()
		l.b.set(func(b *breaker) { b.onCommit = nil })
		_ = l.s.Ping(context.Background())
	}()
	var checks []func(lost *wire.Code)
	for range rapid.IntRange(1, 12).Draw(rt, "size") {
		d := rapid.IntRange(0, 1).Draw(rt, "device")
		v := rapid.IntRange(0, 1).Draw(rt, "conversation")
		switch kind := rapid.IntRange(0, 9).Draw(rt, "kind"); kind {
		case 0:
			checks = append(checks, modelTakeover(rt, l, &after.devices[d]))
		case 1:
			checks = append(checks, modelVersion(rt, l, &after.convs[v]))
		default:
			checks = append(checks, modelAppend(rt, l, &after, d, v))
		}
	}
	outcome := rapid.SampledFrom([]string{"commits", "commits", "fails", "in doubt, took effect", "in doubt, did not"}).Draw(rt, "outcome")
	var lost *wire.Code
	full, unknown := wire.StoreFull, wire.Unavailable
	switch outcome {
	case "fails":
		l.breakOnce(func(func() error) error { return &fault{sqldb.FailedFull} })
		lost, after = &full, before
	case "in doubt, took effect":
		l.breakOnce(func(do func() error) error { return errors.Join(do(), &fault{sqldb.FailedIO}) })
		lost = &unknown
	case "in doubt, did not":
		l.breakOnce(func(func() error) error { return &fault{sqldb.FailedIO} })
		lost, after = &unknown, before
	}
	release()
	for _, check := range checks {
		check(lost)
	}
	return after
}

func modelAppend(rt *rapid.T, l *line, m *model, d, v int) func(*wire.Code) {
	device, conv := m.devices[d], m.convs[v]
	a := &chat.Append{
		Conv: conv.id, Sender: device.user, Device: device.id,
		Version: conv.version - int64(rapid.SampledFrom([]int{0, 0, 0, 0, 1}).Draw(rt, "versions behind")),
		Session: device.session - chat.SessionID(rapid.SampledFrom([]int{0, 0, 0, 0, 1}).Draw(rt, "sessions behind")),
		Body:    rapid.SampledFrom([]string{"a", "b", "c", "culprit"}).Draw(rt, "body"),
	}
	if rapid.IntRange(0, 3).Draw(rt, "numbered") > 0 {
		a.PrevSendSeq = max(device.last+int64(rapid.SampledFrom([]int{0, 0, 0, 0, -1, 1}).Draw(rt, "previous")), 0)
		a.SendSeq = a.PrevSendSeq + int64(rapid.IntRange(1, 2).Draw(rt, "step"))
	}
	want := m.append(d, v, a)
	seq, last := int64(len(m.convs[v].log)), m.devices[d].last
	done := make(chan struct{})
	l.mu.Lock()
	l.waiting[a] = done
	l.mu.Unlock()
	l.s.Append(a)
	return func(lost *wire.Code) {
		<-done
		if lost != nil {
			want = chat.E(*lost)
		}
		switch {
		case want == nil && (a.Err != nil || a.Seq != seq):
			rt.Fatalf("got seq %d, %v; want seq %d", a.Seq, a.Err, seq)
		case !sameError(a.Err, want):
			rt.Fatalf("got %v, want %v", a.Err, want)
		case (errors.Is(want, chat.ErrRepeat) || errors.Is(want, chat.ErrOutOfStep)) && a.LastSendSeq != last:
			rt.Fatalf("last_send_seq %d, want %d", a.LastSendSeq, last)
		}
	}
}

func modelTakeover(rt *rapid.T, l *line, d *modelDevice) func(*wire.Code) {
	want := chat.Opened{Device: d.id, LastSendSeq: d.last, Replaced: d.session, ReplacedAt: 1, PresenceNo: 1, JournalNo: int64(d.session)}
	d.session++
	o := chat.Opening{User: d.user, Device: "d", Session: d.session, Node: 1}
	wait := queue(l.s, inOrder, func(tx *transaction) (chat.Opened, error) { return tx.openSession(o) })
	return func(lost *wire.Code) {
		got, err := wait(context.Background())
		switch {
		case lost != nil && !sameError(err, chat.E(*lost)):
			rt.Fatalf("takeover: %v, want code %d", err, *lost)
		case lost == nil && (err != nil || got != want):
			rt.Fatalf("takeover: %+v, %v, want %+v", got, err, want)
		}
	}
}

func modelVersion(rt *rapid.T, l *line, v *modelConv) func(*wire.Code) {
	v.version++
	id := v.id
	wait := queue(l.s, inOrder, func(tx *transaction) (int64, error) { return tx.Exec(sqlRaiseVersion, id) })
	return func(lost *wire.Code) {
		_, err := wait(context.Background())
		if lost != nil && !sameError(err, chat.E(*lost)) || lost == nil && err != nil {
			rt.Fatalf("raising a version: %v", err)
		}
	}
}

// sameError compares what callers can tell apart.
func sameError(got, want error) bool {
	var g, w *chat.Error
	if errors.As(want, &w) {
		return errors.As(got, &g) && g.Code == w.Code
	}
	return errors.Is(got, want)
}
