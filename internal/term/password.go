package term

import (
	"context"
	"errors"

	"parley/client"
)

// ChangePassword changes the account's password; "" asks for the new one on the terminal.
func (a *Account) ChangePassword(ctx context.Context, password string) error {
	if a.Password == "" {
		old, err := askPassword(a.Name)
		if err != nil {
			return err
		}
		a.Password = old
	}
	c, err := a.login(ctx, func(*client.Options) {})
	if err != nil {
		return err
	}
	defer c.Close()
	if password == "" {
		if password, err = askTwice(a.Name); err != nil {
			return err
		}
	}
	if err := c.ChangePassword(ctx, a.Password, password); err != nil {
		return a.explain(err, "change the password of "+name(a.Name))
	}
	forget(ctx, c)
	return nil
}

// forget revokes the token that this program itself got by logging in: nobody has it.
func forget(ctx context.Context, c *client.Client) {
	logins, err := c.Logins(ctx)
	if err != nil {
		return // the password is changed all the same
	}
	for _, l := range logins {
		if l.Here {
			_ = c.Revoke(ctx, l.DeviceID) // answered by a goodbye
		}
	}
}

// AskNewPassword asks for somebody's password on the terminal, twice and without echo.
func AskNewPassword(who string) (string, error) { return askTwice(who) }

func askTwice(who string) (string, error) {
	first, err := ask("New password of " + name(who) + ": ")
	if err != nil {
		return "", err
	}
	second, err := ask("Once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two are not the same; nothing was changed")
	}
	return first, nil
}
