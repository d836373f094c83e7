package client

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// What a message has beside its text goes out with it, comes in with it, and follows what is done to
// the message.
func TestExtraOfMessages(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		v := view{}
		c := start(t, f, &seen{}, func(o *Options) { o.OnEvent = v.event })
		defer c.Close()
		p, _ := f.login(0)
		sent := Extra{ReplyTo: 7, Mentions: Mentions{Users: []int64{2, 9}, All: true}}
		if err := c.PostWith(Direct(2), "yes", sent, nil); err != nil {
			t.Fatal(err)
		}
		q := p.expect(wire.Chat)
		if q.ReplyTo != 7 || !q.MentionAll || !cmp.Equal(q.Mentions, []int64{2, 9}) {
			t.Errorf("sent as %+v", q)
		}
		if err := c.Post(Direct(2), "plain", nil); err != nil {
			t.Fatal(err)
		}
		if q := p.expect(wire.Chat); q.Has(wire.FReplyTo) || q.Has(wire.FMentions) || q.Has(wire.FMentionAll) {
			t.Errorf("a plain message is sent as %+v", q)
		}
		for _, m := range []*Mentions{nil, {}, {All: true}} {
			if err := c.PostChange(Direct(2), Change{Op: OpEdit, Seq: 1, Text: "x", Mentions: m}, nil); err != nil {
				t.Fatal(err)
			}
			q := p.expect(wire.Change)
			if given := q.Has(wire.FMentions) || q.Has(wire.FMentionAll); given != (m != nil) || q.MentionAll != (m != nil && m.All) {
				t.Errorf("an edit that sets %+v is sent as %+v", m, q)
			}
		}
		in := says(1)
		in.ReplyTo, in.Mentions = 4, []int64{1}
		p.send(in)
		synctest.Wait()
		want := func(e Extra) {
			t.Helper()
			synctest.Wait()
			if diff := cmp.Diff(e, v[1].Extra); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		want(Extra{ReplyTo: 4, Mentions: Mentions{Users: []int64{1}}})
		p.send(changedTo(1, 1, 0))
		want(Extra{ReplyTo: 4, Mentions: Mentions{Users: []int64{1}}})
		edit := changedTo(1, 2, 1)
		edit.Mentions = []int64{}
		p.send(edit)
		want(Extra{ReplyTo: 4, Mentions: Mentions{Users: []int64{}}})
		p.send(&wire.ChangedNotice{With: 2, Seq: 1, Rev: 3, Prev: 2, Recalled: true, By: 2})
		want(Extra{})
	})
}
