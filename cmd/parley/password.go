package main

import (
	"context"
	"fmt"
	"os"
)

// PasswordCmd is `parley password`.
type PasswordCmd struct {
	LoginFlags `embed:"" set:"device=password"`
}

// Help says where the new password comes from.
func (PasswordCmd) Help() string {
	return "The new password is asked for twice, or taken from PARLEY_NEW_PASSWORD."
}

// Run changes the password.
func (c PasswordCmd) Run(ctx context.Context, std streams) error {
	a := c.account()
	if err := a.ChangePassword(ctx, os.Getenv("PARLEY_NEW_PASSWORD")); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out, "the password is changed; log in with it on your devices")
	return err
}
