package term

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/client"
)

// personRow is a user as JSON.
type personRow struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Display string `json:"display,omitempty"`
}

func (ch *Chat) findPeople(ctx context.Context, begins string) error {
	if begins == "" {
		return errors.New("how does the name begin? Write /find NAME")
	}
	found, more, err := ch.c.FindPeople(ctx, begins)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/find", People: personRows(found), More: more}, "")
		return nil
	}
	lines := []string{"nobody whose name begins like this"}
	if len(found) > 0 {
		lines = nil
	}
	for _, f := range found {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  %-20s id %-6d %s", name(f.Name), f.ID, name(f.Display)), " "))
	}
	if more {
		lines = append(lines, "  and others: write more of the name")
	}
	ch.show.write(strings.Join(lines, "\n"))
	return nil
}

func personRows(found []client.Found) []personRow {
	rows := make([]personRow, len(found))
	for i, f := range found {
		rows[i] = personRow{f.ID, f.Name, f.Display}
	}
	return rows
}
