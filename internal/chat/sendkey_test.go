package chat

import (
	"context"
	"strings"
	"testing"

	"parley/wire"
)

// postbox is a Poster that keeps what it was given.
type postbox struct{ got []Post }

func (p *postbox) Post(_ context.Context, m Post) (Sent, error) {
	p.got = append(p.got, m)
	return Sent{Seq: int64(len(p.got))}, nil
}

func TestSendChecksTargetAndKey(t *testing.T) {
	box := &postbox{}
	s := &Service{poster: box}
	by := Caller{User: User{ID: 1, Name: "ann"}}
	for _, c := range []struct {
		t    Target
		key  string
		want wire.Code
	}{
		{Target{With: 2}, "", wire.BadField},
		{Target{With: 2}, "two words", wire.BadField},
		{Target{With: 2}, "名", wire.BadField},
		{Target{With: 2}, "tab\t", wire.BadField},
		{Target{With: 2}, strings.Repeat("x", MaxSendKey+1), wire.BadField},
		{Target{}, "k", wire.BadField},
		{Target{With: 2, Group: 3}, "k", wire.BadField},
		{Target{With: -2}, "k", wire.BadField},
		{Target{With: 1}, "k", wire.NotYourself},
	} {
		if _, err := s.Send(t.Context(), by, c.t, "text", c.key); err == nil || AsError(err).Code != c.want {
			t.Errorf("to %+v with the key %q: %v, want code %d", c.t, c.key, err, c.want)
		}
	}
	if len(box.got) > 0 {
		t.Fatalf("something was sent: %+v", box.got)
	}
	sums := map[[32]byte]bool{}
	for _, to := range []Target{{With: 2}, {With: 3}, {Group: 2}} {
		for _, text := range []string{"text", "Text", ""} {
			if _, err := s.Send(t.Context(), by, to, text, "!~"+strings.Repeat("x", MaxSendKey-2)); err != nil {
				t.Fatal(err)
			}
			sums[box.got[len(box.got)-1].Key.Sum] = true
		}
	}
	if len(sums) != 9 {
		t.Errorf("9 different messages have %d sums", len(sums))
	}
}
