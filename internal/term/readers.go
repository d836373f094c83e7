package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/client"
)

// readersRow is who has received and read a message, as JSON.
type readersRow struct {
	Members  int64       `json:"members"`
	Received int64       `json:"received"`
	Read     int64       `json:"read"`
	Users    []readerRow `json:"users"`
}

type readerRow struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Stage string `json:"stage"`
}

// readers shows who has received and read a message: the first page of them, those first who have
// read it.
func (ch *Chat) readers(ctx context.Context, args string) error {
	words := strings.Fields(args)
	if len(words) == 0 {
		return errors.New("who has read which message? Give its number, like /readers 12 or /readers #2 12")
	}
	seq, err := strconv.ParseInt(words[len(words)-1], 10, 64)
	if err != nil || seq < 1 {
		return fmt.Errorf("%s is no number of a message: give it last, like /readers 12", name(words[len(words)-1]))
	}
	v, err := ch.conversation(ctx, strings.Join(words[:len(words)-1], " "))
	if err != nil {
		return err
	}
	all, err := ch.c.Readers(ctx, v, seq, "", 0, 0)
	if err != nil {
		return err
	}
	r := readersRow{Members: all.Members, Received: all.Received, Read: all.Read, Users: []readerRow{}}
	for _, u := range all.Users {
		r.Users = append(r.Users, readerRow{u.ID, u.Name, u.Stage})
	}
	lines := []string{fmt.Sprintf("message %d of %s: read by %d of %d, received by %d", seq, ch.who.label(v), r.Read, r.Members, r.Received)}
	for _, stage := range []string{client.StageRead, client.StageReceived, client.StageWaiting} {
		if names := named(all.Users, stage); names != "" {
			lines = append(lines, fmt.Sprintf("  %-9s %s", stage, names))
		}
	}
	if all.More {
		lines = append(lines, fmt.Sprintf("  and more: these are the first %d", len(all.Users)))
	}
	ch.done(record{Command: "/readers", With: v.With, GID: v.GID, Seq: seq, Readers: &r, More: all.More}, "%s", strings.Join(lines, "\n"))
	return nil
}

func named(all []client.Reader, stage string) string {
	var names []string
	for _, u := range all {
		if u.Stage == stage {
			names = append(names, name(u.Name))
		}
	}
	return strings.Join(names, ", ")
}
