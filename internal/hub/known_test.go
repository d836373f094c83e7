package hub

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/chat"
)

// What is known of presence is what plain maps without a bound would hold, as long as the
// bounds are not reached.
func TestPresenceNumbersAgainstMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPresenceNumbers()
		last, told := map[chat.UserID]presence{}, map[listener]int64{}
		user := rapid.Map(rapid.Int64Range(1, 4), func(n int64) chat.UserID { return chat.UserID(n) })
		newest := map[chat.UserID]int64{} // that anybody was told
		t.Repeat(map[string]func(*rapid.T){
			"note": func(t *rapid.T) {
				u, now := user.Draw(t, "user"), presence{rapid.Int64Range(1, 9).Draw(t, "no"), rapid.Bool().Draw(t, "online")}
				fresh := now.no >= last[u].no
				if fresh {
					last[u] = now
				}
				if got := p.note(u, now); got != fresh {
					t.Fatalf("note(%d, %v) = %v", u, now, got)
				}
				if got := p.newest(u, presence{}); got != last[u] {
					t.Fatalf("newest is %v, want %v", got, last[u])
				}
			},
			"tell": func(t *rapid.T) {
				l := listener{user.Draw(t, "friend"), user.Draw(t, "user")}
				no := newest[l.user] + rapid.Int64Range(0, 1).Draw(t, "further")
				newest[l.user] = no
				fresh := told[l] < no
				told[l] = max(told[l], no)
				if got := p.tell(l, no); got != fresh {
					t.Fatalf("tell(%v, %d) = %v", l, no, got)
				}
			},
			"": func(t *rapid.T) {
				sum := 0
				for _, k := range p.users.Values() {
					sum += len(k.told)
				}
				if sum != p.told {
					t.Fatalf("%d friends were told, and %d are counted", sum, p.told)
				}
			},
		})
	})
}

func TestPresenceNumbersAreBounded(t *testing.T) {
	p := newPresenceNumbers()
	for u := range chat.UserID(maxPresence + 10) {
		p.note(1, presence{int64(u) + 1, true})
		p.note(u+2, presence{1, true})
	}
	if n := p.users.Len(); n != maxPresence {
		t.Errorf("%d users are known, want %d", n, maxPresence)
	}
	if got := p.newest(1, presence{}); got.no != maxPresence+10 {
		t.Errorf("who changes all the time was forgotten: %v", got)
	}
	if got := p.newest(2, presence{}); got.no != 0 {
		t.Errorf("who changed first is still known: %v", got)
	}

	p = newPresenceNumbers()
	const each = 1000
	for u := range chat.UserID(maxTold/each + 5) {
		for f := range chat.UserID(each) {
			p.tell(listener{friend: f + 1, user: u + 1}, 1)
		}
	}
	if p.told > maxTold || p.told < maxTold-each {
		t.Errorf("%d friends are kept, want nearly %d", p.told, maxTold)
	}
	if p.tell(listener{friend: 1, user: maxTold/each + 5}, 1) {
		t.Error("who was told last was forgotten")
	}
	if !p.tell(listener{friend: 1, user: 1}, 1) {
		t.Error("who was told first is still kept")
	}
}

// A comparison tells of an absence only once it has lasted, and of nothing twice.
func TestUntold(t *testing.T) {
	p := newPresenceNumbers()
	start := time.Unix(1, 0)
	off := []chat.UserMark{{User: chat.User{ID: 1}, PresenceNo: 2}}
	on := []chat.UserMark{{User: chat.User{ID: 1}, PresenceNo: 3, Online: true}}
	for _, step := range []struct {
		what  string
		marks []chat.UserMark
		after time.Duration
		want  int
	}{
		{"somebody has gone", off, 0, 0},
		{"they are still away", off, time.Second, 0},
		{"they stay away", off, 3 * time.Second, 1},
		{"they are back", on, 4 * time.Second, 1},
	} {
		if got := p.untold(step.marks, start.Add(step.after), 3*time.Second); len(got) != step.want {
			t.Errorf("%s: %v, want %d", step.what, got, step.want)
		}
	}
	p.sweptUp(on)
	if got := p.untold(on, start.Add(5*time.Second), 3*time.Second); len(got) != 0 {
		t.Errorf("told twice: %v", got)
	}
	if got := p.untold([]chat.UserMark{{User: chat.User{ID: 9}}}, start, 3*time.Second); len(got) != 0 {
		t.Errorf("somebody who never came is told: %v", got)
	}
}
