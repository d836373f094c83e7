package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/server"
)

// InviteCmd is `parley admin invite`.
type InviteCmd struct {
	Create InviteCreateCmd `cmd:"" help:"Make a code with which people can register if --registration is invite, and print it."`
	List   InviteListCmd   `cmd:"" help:"List the invitations, also those that were used up or ended within 90 days."`
	Revoke InviteRevokeCmd `cmd:"" help:"Revoke an invitation: its code is no longer valid. Accounts that were made with it stay."`
}

// InviteCreateCmd is `parley admin invite create`.
type InviteCreateCmd struct {
	Uses  int64      `name:"uses" default:"1" help:"How many accounts may be made with the code."`
	Valid server.Age `name:"valid" default:"7d" placeholder:"TIME" help:"How long it is good: from 1 minute to 10 years."`
	Name  string     `name:"name" help:"The only name that it is good for; until it ends, nobody else gets that name. Good where registration is closed, too."`
	Note  string     `name:"note" help:"What you want to remember about it, at most 200 characters. It is shown in the list."`
	JSON  bool       `name:"json" help:"Print one JSON object."`
}

// Run makes an invitation.
func (c InviteCreateCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	i, err := o.Invite(ctx, server.InviteOrder{Name: c.Name, Note: c.Note, Uses: c.Uses, Valid: time.Duration(c.Valid)})
	if err != nil {
		return err
	}
	if c.JSON {
		return jsonLines(std.out, []server.InviteRow{i})
	}
	return showInvite(std, i)
}

// showInvite prints a new invitation and what to do with it.
func showInvite(std streams, i server.InviteRow) error {
	who, name := "1 account", "NAME"
	switch {
	case i.Name != "":
		who, name = "the account "+i.Name, i.Name
		if strings.ContainsFunc(name, func(r rune) bool { return r < 0x80 && !isWordByte(byte(r)) }) {
			name = "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
		}
	case i.Uses != 1:
		who = fmt.Sprintf("%d accounts", i.Uses)
	}
	_, err := fmt.Fprintf(std.out, "invitation %d, for %s, is good until %s\nits code, which is kept nowhere and shown only now:\n\n    %s\n\nwho has it makes the account with: parley chat --server ADDRESS --name %s --invite CODE\n",
		i.Invite, who, i.Ends.UTC().Format(time.RFC3339), i.Code, name)
	if err != nil {
		return err
	}
	switch {
	case i.Registration == "open":
		_, err = fmt.Fprintln(std.err, "note: registration is open on this server, nobody needs a code; --registration invite asks for one")
	case i.Registration == "closed" && i.Name == "":
		_, err = fmt.Fprintln(std.err, "note: registration is closed on this server, which takes only codes for a name (--name); --registration invite takes this one, too")
	}
	return err
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '-' || b == '.'
}

// InviteListCmd is `parley admin invite list`.
type InviteListCmd struct {
	JSON bool `name:"json" help:"Print one JSON object a line."`
}

// Run lists the invitations, never their codes.
func (c InviteListCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	if c.JSON {
		return o.Invites(ctx, func(page []server.InviteRow) error { return jsonLines(std.out, page) })
	}
	return listInvites(ctx, std.out, o)
}

func listInvites(ctx context.Context, out io.Writer, o *server.Operator) error {
	t := newTable(out, "INVITATION", "STATE", "USED", "ENDS", "NAME", "LAST USER", "NOTE")
	err := o.Invites(ctx, func(page []server.InviteRow) error {
		for _, i := range page {
			name, last := "-", "-"
			if i.Name != "" {
				name = i.Name
			}
			if i.LastUser != 0 {
				last = fmt.Sprintf("#%d", i.LastUser)
			}
			note := strings.Join(strings.Fields(i.Note), " ") // on one line
			t.row(i.Invite, i.State, fmt.Sprintf("%d of %d", i.Used, i.Uses), i.Ends.UTC().Format(time.RFC3339), name, last, note)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.flush()
}

// InviteRevokeCmd is `parley admin invite revoke`.
type InviteRevokeCmd struct {
	Invitation int64 `arg:"" help:"The invitation's number, as \"parley admin invite list\" lists it."`
}

// Run takes an invitation away.
func (c InviteRevokeCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	i, err := o.RevokeInvite(ctx, c.Invitation)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "invitation %d is revoked; it was used %d of %d times\n", i.Invite, i.Used, i.Uses)
	return err
}
