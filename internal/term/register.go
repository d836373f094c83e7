package term

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/term"

	"parley/client"
	"parley/wire"
)

// register makes the account. Where the server asks for a code and none was given, the person
// is asked for it. taken says that the name exists: whose it is shows at the login.
func (a *Account) register(ctx context.Context, o client.Options) (taken, err error) {
	err = registerOnce(ctx, o)
	if client.CodeOf(err) == wire.BadRegistrationInvite && o.Invite == "" {
		ask := a.askCode
		if ask == nil {
			ask = askCode
		}
		code, asking := ask()
		if asking != nil {
			return nil, fmt.Errorf("%w; %w", a.explain(err, "register "+name(a.Name)), asking)
		}
		o.Invite = code
		err = registerOnce(ctx, o)
	}
	if client.CodeOf(err) == wire.NameTaken {
		return err, nil
	}
	if err != nil {
		return nil, a.explain(err, "register "+name(a.Name))
	}
	return nil, nil
}

func registerOnce(ctx context.Context, o client.Options) error {
	ctx, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	_, err := client.Register(ctx, o)
	return err
}

// askCode asks on the terminal, which shows what is typed: the code is long, and good once.
func askCode() (string, error) {
	in, out, err := console()
	if err != nil {
		return "", errors.New("there is no terminal to ask on")
	}
	defer in.Close()
	defer out.Close()
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return "", fmt.Errorf("the terminal cannot be asked: %w", err)
	}
	code, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "Invitation code: ").ReadLine()
	_ = term.Restore(int(in.Fd()), before)
	if err != nil || code == "" {
		return "", errors.New("no code was typed")
	}
	return code, nil
}
