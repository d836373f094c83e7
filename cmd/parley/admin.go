package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

	"parley/internal/server"
)

// AdminCmd is `parley admin`.
type AdminCmd struct {
	Data string `name:"data" default:"./parley-data" placeholder:"DIR" help:"Data folder of the running server."`

	User     UserCmd     `cmd:"" help:"List accounts, reset a password, disable and enable an account."`
	Invite   InviteCmd   `cmd:"" help:"Make, list and revoke codes with which people can register."`
	Users    UsersCmd    `cmd:"" hidden:"" help:"The same as \"user list\"."`
	Sessions SessionsCmd `cmd:"" help:"List the current sessions."`
	Kick     KickCmd     `cmd:"" help:"End one session."`
	Stop     StopCmd     `cmd:"" help:"Stop the server in order, and wait for its end."`
}

// AfterApply hands the data folder to the command below.
func (c *AdminCmd) AfterApply(ctx *kong.Context) error {
	ctx.Bind(server.NewOperator(c.Data))
	return nil
}

// UsersCmd is `parley admin users`.
type UsersCmd struct {
	JSON     bool `name:"json" help:"Print one JSON object a line."`
	Doubtful bool `name:"doubtful" help:"List only accounts whose names would be refused today, and why: names with invisible characters or mixed scripts, reserved names, and names that look like another name."`
}

// Run lists all accounts.
func (c UsersCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	list := o.Users
	if c.Doubtful {
		list = o.DoubtfulUsers
	}
	if c.JSON {
		return list(ctx, func(page []server.UserRow) error { return jsonLines(std.out, page) })
	}
	columns := []any{"ID", "NAME", "STATE", "CREATED"}
	if c.Doubtful {
		columns = append(columns, "DOUBT")
	}
	t := newTable(std.out, columns...)
	err := list(ctx, func(page []server.UserRow) error {
		for _, u := range page {
			cells := []any{u.ID, u.Name, state(u), u.Created.UTC().Format(time.RFC3339)}
			if c.Doubtful {
				cells[1] = fmt.Sprintf("%+q", u.Name) // shows what cannot be seen
				cells = append(cells, u.Doubt)
			}
			t.row(cells...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.flush()
}

func state(u server.UserRow) string {
	switch {
	case u.Erased:
		return "erased"
	case u.Disabled:
		return "disabled"
	case u.Deletes != nil:
		return "deletes " + u.Deletes.UTC().Format(time.DateOnly)
	case u.Online:
		return "online"
	default:
		return "offline"
	}
}

// SessionsCmd is `parley admin sessions`.
type SessionsCmd struct {
	JSON bool `name:"json" help:"Print one JSON object a line."`
}

// Run lists the sessions of now.
func (c SessionsCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	rows, err := o.Sessions(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return jsonLines(std.out, rows)
	}
	t := newTable(std.out, "DEVICE_ID", "ID", "NAME", "DEVICE", "SINCE", "STATE")
	for _, s := range rows {
		state := "live"
		if s.CatchingUp {
			state = "catching up"
		}
		t.row(s.DeviceID, s.ID, s.Name, cmp.Or(s.Device, "-"), s.Since.UTC().Format(time.RFC3339), state)
	}
	return t.flush()
}

// KickCmd is `parley admin kick`.
type KickCmd struct {
	DeviceID int64 `arg:"" name:"device-id" help:"The device, as \"parley admin sessions\" and \"parley admin user sessions\" list it."`
}

// Run ends one session with a goodbye.
func (c KickCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	if err := o.Kick(ctx, c.DeviceID); err != nil {
		return err
	}
	_, err := fmt.Fprintf(std.out, "the session of device %d is ended\n", c.DeviceID)
	return err
}

// StopCmd is `parley admin stop`.
type StopCmd struct {
	Wait time.Duration `name:"wait" default:"1m" help:"How long to wait for the end."`
}

// Run stops the server and waits for its end.
func (c StopCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	if err := o.Stop(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out, "stopped")
	return err
}

func jsonLines[T any](w io.Writer, rows []T) error {
	e := json.NewEncoder(w)
	for _, r := range rows {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// table aligns columns.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, columns ...any) table {
	t := table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	t.row(columns...)
	return t
}

func (t table) row(cells ...any) {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.w, "\t")
		}
		fmt.Fprint(t.w, c)
	}
	fmt.Fprintln(t.w)
}

func (t table) flush() error { return t.w.Flush() }
