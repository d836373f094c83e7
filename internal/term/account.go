package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/term"

	"parley/client"
	"parley/internal/platform"
	"parley/wire"
)

// Account says who logs in, and where.
type Account struct {
	Server   string
	Name     string
	Device   string
	Password string // "" asks for it on the terminal
	Register bool   // make the account first, if it does not exist
	Invite   string // with the code of an invitation, which implies Register; "" asks for one where the server does
	CA       string // PEM file of authorities to trust besides the system's; "" for none
	// Sealed, Pin and AllowPlaintext are those of client.Options; PinFile is the file of
	// known servers, "" for StateFolder's.
	Sealed         bool
	Pin            string
	PinFile        string
	AllowPlaintext bool
	// Options, if set, has the last word over the connection: bounds, or another network.
	Options func(*client.Options)

	askCode func() (string, error) // nil: on the terminal
}

var errNameless = errors.New("who are you? Give --name NAME (and --register the first time)")

const loginTimeout = 30 * time.Second

// login registers if asked to, and logs in. Its errors say what to do.
func (a *Account) login(ctx context.Context, change func(*client.Options)) (*client.Client, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	change(&o)
	var taken error
	if a.Register || a.Invite != "" {
		if taken, err = a.register(ctx, o); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	c, err := client.Dial(ctx, o)
	if taken != nil && client.CodeOf(err) == wire.BadCredentials {
		return nil, a.explain(taken, "register "+name(a.Name))
	}
	if err != nil {
		return nil, a.explain(err, "log in as "+name(a.Name))
	}
	return c, nil
}

// program is what this program says of itself in the list of an account's logins.
func program() string {
	system := map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows", "freebsd": "FreeBSD"}[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	return "parley on " + system
}

func (a *Account) options() (client.Options, error) { return a.optionsWith("") }

// optionsWith are the options of a login by token, or by the password if there is none.
func (a *Account) optionsWith(token string) (client.Options, error) {
	o := client.Options{Server: a.Server, Name: a.Name, Device: a.Device, Label: program(), Password: a.Password, Token: token, Invite: a.Invite}
	if o.Name == "" {
		return o, errNameless
	}
	if o.Password == "" && o.Token == "" {
		ask := askPassword
		if a.Invite != "" { // which is used up by a password that was mistyped
			ask = askTwice
		}
		password, err := ask(o.Name)
		if err != nil {
			return o, err
		}
		o.Password = password
	}
	if a.CA != "" {
		config, err := client.TrustFile(a.CA)
		if err != nil {
			return o, err
		}
		o.TLS = config
	}
	o.Sealed, o.Pin, o.AllowPlaintext = a.Sealed, a.Pin, a.AllowPlaintext
	if a.Sealed || a.Pin != "" {
		path, err := a.pinFile()
		if err != nil {
			return o, err
		}
		o.Pins = client.PinFile(path)
	}
	if a.Options != nil {
		a.Options(&o)
	}
	return o, nil
}

// pinFile is where the keys of known servers are kept.
func (a *Account) pinFile() (string, error) {
	if a.PinFile != "" {
		return a.PinFile, nil
	}
	dir, err := StateFolder()
	return filepath.Join(dir, "known-servers"), err
}

// askPassword asks on the terminal, without echo.
func askPassword(who string) (string, error) { return ask("Password of " + name(who) + ": ") }

func ask(prompt string) (string, error) {
	in, out, err := console()
	if err != nil {
		return "", errors.New("no password: there is no terminal to ask on; set PARLEY_PASSWORD in the environment")
	}
	defer in.Close()
	defer out.Close()
	// The echo goes off before the question is shown: whoever answers at once, a program for
	// example, would see the password on the screen.
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return "", fmt.Errorf("the terminal cannot be asked without echo: %w; set PARLEY_PASSWORD in the environment", err)
	}
	password, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "").ReadPassword(prompt)
	_ = term.Restore(int(in.Fd()), before)
	if errors.Is(err, io.EOF) {
		return "", errors.New("no password was typed")
	}
	if err != nil {
		return "", fmt.Errorf("the password could not be read: %w; or set PARLEY_PASSWORD in the environment", err)
	}
	if len(password) == 0 {
		return "", errors.New("no password was typed; type it, or set PARLEY_PASSWORD in the environment")
	}
	return password, nil
}

// explain says what failed and what to do about it.
func (a *Account) explain(err error, what string) error {
	hint := ""
	switch client.CodeOf(err) {
	case wire.AlreadyOnline:
		hint = "; give this program a --device of its own, or log the other session out"
	case wire.BadCredentials:
		hint = "; check name and password, or make the account with --register"
	case wire.NameTaken:
		hint = "; if it is your account, check the password"
	case wire.BadRegistrationInvite:
		hint = "; give the code with --invite CODE"
	case wire.PlainSecret:
		hint = "; give --sealed, or a tls:// address"
	}
	switch {
	case platform.IsRefused(err):
		return fmt.Errorf("cannot %s: no server listens at %s; start one with `parley serve`, or name another with --server", what, a.server())
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("cannot %s: %s did not answer in time; check --server and the network", what, a.server())
	}
	return fmt.Errorf("cannot %s: %w%s", what, err, hint)
}

func (a *Account) server() string {
	if a.Server == "" {
		return client.DefaultServer
	}
	return a.Server
}
