package term

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// requestRow is a friend request as JSON.
type requestRow struct {
	personRow
	Out   bool   `json:"out,omitzero"`
	Time  string `json:"time"`
	Until string `json:"until"`
}

func (ch *Chat) requests(ctx context.Context, _ string) error {
	var rows []requestRow
	var lines []string
	for _, out := range []bool{false, true} {
		all, err := ch.c.FriendRequests(ctx, out)
		if err != nil {
			return err
		}
		for _, q := range all {
			rows = append(rows, requestRow{personRow{q.ID, q.Name, q.Display}, out, stamp(q.At), stamp(q.Until)})
			who := "asks you"
			if out {
				who = "you ask"
			}
			lines = append(lines, fmt.Sprintf("  %-8s %s id %d, until %s", who, called(q.User, q.Display), q.ID, q.Until.Local().Format(time.DateOnly)))
		}
	}
	if ch.JSON {
		ch.done(record{Command: "/requests", Requests: rows}, "")
		return nil
	}
	if lines == nil {
		lines = []string{"nobody asks, and you ask nobody"}
	}
	ch.show.write(strings.Join(lines, "\n"))
	return nil
}

// requestOf finds one who asks, or is asked, by id or name.
func (ch *Chat) requestOf(ctx context.Context, verb, who string, outs ...bool) (int64, error) {
	if who == "" {
		return 0, fmt.Errorf("whom? Write %s NAME or %s ID", verb, verb)
	}
	for _, out := range outs {
		all, err := ch.c.FriendRequests(ctx, out)
		if err != nil {
			return 0, err
		}
		for _, q := range all {
			if strings.EqualFold(q.Name, who) || fmt.Sprint(q.ID) == who {
				return q.ID, nil
			}
		}
	}
	return 0, errors.New("there is no such request: /requests lists them")
}

func (ch *Chat) accept(ctx context.Context, who string) error {
	id, err := ch.requestOf(ctx, "/accept", who, false)
	if err != nil {
		return err
	}
	f, err := ch.c.AnswerRequest(ctx, id, true)
	if err != nil {
		return err
	}
	if err := ch.who.refresh(ctx, ch.c); err != nil {
		return err
	}
	ch.done(record{Command: "/accept", ID: f.ID, Name: f.Name}, "%s is now your friend", label(f.Name, f.ID))
	return nil
}

func (ch *Chat) decline(ctx context.Context, who string) error {
	id, err := ch.requestOf(ctx, "/decline", who, false, true)
	if err != nil {
		return err
	}
	f, err := ch.c.AnswerRequest(ctx, id, false)
	if err != nil {
		return err
	}
	ch.done(record{Command: "/decline", ID: f.ID, Name: f.Name}, "the request of, or to, %s is gone", label(f.Name, f.ID))
	return nil
}

func (ch *Chat) blocked(ctx context.Context, _ string) error {
	all, err := ch.c.Blocked(ctx)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/blocked", People: personRows(all)}, "")
		return nil
	}
	lines := []string{"you block nobody"}
	if len(all) > 0 {
		lines = nil
	}
	for _, u := range all {
		lines = append(lines, fmt.Sprintf("  %s id %d", called(u.User, u.Display), u.ID))
	}
	ch.show.write(strings.Join(lines, "\n"))
	return nil
}
