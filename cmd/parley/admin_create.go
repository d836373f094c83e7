package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"parley/internal/server"
	"parley/internal/term"
)

// CreateCmd is `parley admin user create`.
type CreateCmd struct {
	Name     string `arg:"" help:"Name of the account."`
	Stdin    bool   `name:"stdin" xor:"how" help:"Read the password from standard input, its first line."`
	Generate bool   `name:"generate" xor:"how" help:"Make a password and print it. The user can change it with \"parley password\"."`

	Invite bool       `name:"invite" xor:"how" help:"Do not make the account yet. Make a code with which one person registers and chooses the password. Until the code is used or ends, nobody else can take the name."`
	Valid  server.Age `name:"valid" default:"7d" placeholder:"TIME" help:"How long that code is good: from 1 minute to 10 years."`
}

// Help says where the password comes from.
func (CreateCmd) Help() string {
	return "It also works where registration is closed. The password is asked for twice, unless --stdin or --generate says otherwise; " +
		"it is never an argument, because other users of the machine see those. With --invite nobody but its user ever knows it."
}

// Run makes an account.
func (c CreateCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	if c.Invite {
		return InviteCreateCmd{Uses: 1, Valid: c.Valid, Name: c.Name, Note: "parley admin user create"}.Run(ctx, std, o)
	}
	password, err := c.password(std)
	if err != nil {
		return err
	}
	u, err := o.CreateUser(ctx, c.Name, password)
	if err != nil {
		return err
	}
	if c.Generate {
		_, err = fmt.Fprintf(std.out, "%s (#%d) is made; the password is %s\n", u.Name, u.ID, password)
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s (#%d) is made\n", u.Name, u.ID)
	return err
}

func (c CreateCmd) password(std streams) (string, error) {
	switch {
	case c.Generate:
		return rand.Text(), nil
	case c.Stdin:
		line, err := readLine(std.in)
		if err != nil {
			return "", fmt.Errorf("the password cannot be read from standard input: %w", err)
		}
		return line, nil
	}
	password, err := term.AskNewPassword(c.Name)
	if err != nil {
		return "", fmt.Errorf("%w; --stdin reads it from standard input, --generate makes one", err)
	}
	return password, nil
}
