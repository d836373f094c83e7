package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/server"
)

// UserCmd is `parley admin user`.
type UserCmd struct {
	List          UsersCmd         `cmd:"" help:"List all accounts."`
	Create        CreateCmd        `cmd:"" help:"Make an account, even if registration is closed."`
	ResetPassword ResetPasswordCmd `cmd:"" help:"Set a new password for an account, and end all its sessions."`
	Sessions      UserSessionsCmd  `cmd:"" help:"List the devices that are logged in to an account, or can log in by a token."`
	Revoke        RevokeCmd        `cmd:"" help:"End one of these sessions and its token, or all."`
	Disable       DisableCmd       `cmd:"" help:"Stop an account from logging in, and end all its sessions."`
	Erase         EraseCmd         `cmd:"" help:"Close an account for good: empty all its messages, also in the archive, take it out of groups and friendships, and remove its name."`
	Enable        EnableCmd        `cmd:"" help:"Let a disabled account log in again, with its password."`
}

// WhoFlags say which account is meant: by its name, or by its id and then said so. An argument is
// never taken for an id, whatever it looks like.
type WhoFlags struct {
	User string `arg:"" optional:"" help:"Name of the account."`
	ID   int64  `name:"id" placeholder:"ID" help:"Id of the account, instead of its name."`
}

func (f WhoFlags) who() (server.Who, error) {
	switch {
	case f.User != "" && f.ID != 0:
		return server.Who{}, fmt.Errorf("name the account or give its --id, not both")
	case f.User == "" && f.ID <= 0:
		return server.Who{}, fmt.Errorf("which account? Give its name, or --id and its id")
	}
	return server.Who{Name: f.User, ID: f.ID}, nil
}

// ResetPasswordCmd is `parley admin user reset-password`.
type ResetPasswordCmd struct {
	WhoFlags `embed:""`
	Stdin    bool `name:"stdin" help:"Read the new password from standard input, its first line. Without it, one is made and printed."`
}

// Run resets a password. It is never an argument: other users of the machine see those.
func (c ResetPasswordCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	password := rand.Text()
	if c.Stdin {
		line, err := readLine(std.in)
		if err != nil {
			return fmt.Errorf("the new password cannot be read from standard input: %w", err)
		}
		password = line
	}
	u, err := o.ResetPassword(ctx, who, password)
	if err != nil {
		return err
	}
	if !c.Stdin {
		_, err = fmt.Fprintf(std.out, "the new password of %s (id %d) is %s\n", u.Name, u.ID, password)
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s (id %d) has the new password\n", u.Name, u.ID)
	return err
}

// readLine reads up to the first newline, or the end.
func readLine(r io.Reader) (string, error) {
	const most = 4 << 10
	text, err := io.ReadAll(io.LimitReader(r, most))
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), err
}

// UserSessionsCmd is `parley admin user sessions`.
type UserSessionsCmd struct {
	WhoFlags `embed:""`
	JSON     bool `name:"json" help:"Print one JSON object a line."`
}

// Run lists an account's devices.
func (c UserSessionsCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	rows, err := o.Devices(ctx, who)
	if err != nil {
		return err
	}
	if c.JSON {
		return jsonLines(std.out, rows)
	}
	t := newTable(std.out, "DEVICE_ID", "DEVICE", "STATE", "USED", "ADDRESS", "LABEL")
	for _, d := range rows {
		state := "offline"
		if d.Online {
			state = "online"
		}
		t.row(d.DeviceID, cmp.Or(d.Device, "-"), state, d.Used.UTC().Format(time.RFC3339), cmp.Or(d.Address, "-"), cmp.Or(d.Label, "-"))
	}
	return t.flush()
}

// RevokeCmd is `parley admin user revoke`.
type RevokeCmd struct {
	WhoFlags `embed:""`
	DeviceID int64 `name:"device-id" placeholder:"ID" help:"Device, as \"parley admin user sessions\" and \"parley admin sessions\" list it. Without it, all of them."`
}

// Run ends one session, or all.
func (c RevokeCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	u, err := o.Revoke(ctx, who, c.DeviceID)
	if err != nil {
		return err
	}
	what := "everything that was logged in to"
	if c.DeviceID != 0 {
		what = fmt.Sprintf("device %d of", c.DeviceID)
	}
	_, err = fmt.Fprintf(std.out, "%s %s (id %d) has ended\n", what, u.Name, u.ID)
	return err
}

// DisableCmd is `parley admin user disable`.
type DisableCmd struct {
	WhoFlags `embed:""`
}

// Run disables an account.
func (c DisableCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	u, err := o.SetDisabled(ctx, who, true)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s (id %d) is disabled; \"parley admin user enable\" undoes it\n", u.Name, u.ID)
	return err
}

// EnableCmd is `parley admin user enable`.
type EnableCmd struct {
	WhoFlags `embed:""`
}

// Run enables an account.
func (c EnableCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	u, err := o.SetDisabled(ctx, who, false)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s (id %d) can log in again\n", u.Name, u.ID)
	return err
}

// EraseCmd is `parley admin user erase`.
type EraseCmd struct {
	User string `arg:"" help:"Name of the account."`
	Yes  bool   `name:"yes" help:"Confirm. Only a backup can undo this."`

	FreeName bool `name:"free-name" help:"Let the name be registered again. Without it, nobody can take the name; the database keeps the name for that."`
}

// Run disables the account, so that nothing is said meanwhile, and empties its texts. Its
// name goes last: what was interrupted can be done again.
func (c EraseCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	if !c.Yes {
		return fmt.Errorf("this empties everything that %s has ever said, for everybody, closes the account for good, and cannot be undone; say --yes", c.User)
	}
	if _, err := o.SetDisabled(ctx, server.Who{Name: c.User}, true); err != nil {
		return err
	}
	messages := int64(0)
	p := newProgress(std.err)
	err := o.Archive(ctx, server.ArchiveOrder{Do: "erase", User: c.User}, func(e server.ArchiveEvent) error {
		if e.Progress != nil {
			p.archive(*e.Progress)
		}
		if e.Done != nil {
			messages = e.Done.Messages
		}
		return nil
	})
	p.end()
	if err != nil {
		return err
	}
	gone, err := o.ForgetAccount(ctx, server.Who{Name: c.User}, c.FreeName)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%d messages of %s are empty; the account is erased, and called %q where it was\n", messages, c.User, gone.Name)
	return err
}
