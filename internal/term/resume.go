package term

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/client"
	"parley/client/history"
	"parley/wire"
)

// StateFolder is where `parley chat` keeps what it must not forget, unless it is told
// otherwise: $XDG_STATE_HOME/parley, by default ~/.local/state/parley.
func StateFolder() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "parley"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("there is no home folder to keep messages in: %w; give --state DIR, or --no-state to keep nothing", err)
	}
	return filepath.Join(home, ".local", "state", "parley"), nil
}

// openStore opens the file of this account, server and device.
func (ch *Chat) openStore() (*history.Store, error) {
	server := ch.server()
	if !strings.Contains(server, "://") {
		server = "tcp://" + server
	}
	path := history.Path(ch.State, server, strings.ToLower(ch.Name), ch.Device)
	store, err := history.Open(path, history.Options{NoMessages: ch.NoHistory})
	if errors.Is(err, history.ErrInUse) {
		return nil, fmt.Errorf("%w; give this one a --device of its own, or --no-state", err)
	}
	return store, err
}

// connect makes the client, logged in or (where an earlier run has logged in) on its
// way to it: a server that is down keeps nobody from reading and writing.
func (ch *Chat) connect(ctx context.Context) (*client.Client, error) {
	if ch.store == nil {
		return ch.greet(ch.login(ctx, func(o *client.Options) { o.OnEvent = ch.onEvent }))
	}
	saved, err := ch.store.Load()
	if err != nil {
		return nil, err
	}
	if saved.Self.ID == 0 {
		return ch.greet(ch.login(ctx, ch.withStore))
	}
	names, err := ch.store.Names()
	if err != nil {
		return nil, err
	}
	ch.who.learn(names)
	ch.signedIn = saved.Token != ""
	c, err := ch.resume(ctx, saved.Token)
	if client.CodeOf(err) != wire.BadCredentials || saved.Token == "" || ch.Password != "" {
		return c, err
	}
	// The token was revoked or is too old: the password is needed once more. The old token
	// goes along, and shows the server that this device has been in before.
	if ch.Password, err = askPassword(ch.Name); err != nil {
		return nil, err
	}
	if err := ch.store.KeepToken(""); err != nil {
		return nil, err
	}
	ch.signedIn = false
	return ch.resume(ctx, saved.Token)
}

// prove notes that the account is proved, and shows the last lines that are kept. Before
// that nothing of what was said is shown.
func (ch *Chat) prove() {
	ch.proved.Store(true)
	if ch.store != nil {
		ch.old.Do(ch.recollect)
	}
}

// proveOffline is for a server that cannot be reached: then the token of an earlier login
// is proof enough, for as long as it is kept here.
func (ch *Chat) proveOffline() {
	if ch.signedIn {
		ch.prove()
	}
}

// greet waits until a login is shown, which is the first event.
func (ch *Chat) greet(c *client.Client, err error) (*client.Client, error) {
	if err == nil {
		select {
		case <-ch.greeted:
		case <-c.Done():
		}
	}
	return c, err
}

func (ch *Chat) withStore(o *client.Options) {
	o.OnEvent, o.Store = ch.onEvent, ch.store
}

// attempt is how long a person is kept waiting for a server that may not be there.
const attempt = 2 * time.Second

// resume starts the client and waits for the outcome of its first attempt: a login, a
// server that cannot be reached, or a refusal, which alone is an error.
func (ch *Chat) resume(ctx context.Context, token string) (*client.Client, error) {
	o, err := ch.optionsWith(token)
	if err != nil {
		return nil, err
	}
	ch.withStore(&o)
	c, err := client.New(o)
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	var enough <-chan time.Time
	if _, person := ch.terminal(); person {
		enough = time.After(attempt) // and then goes on by itself
	}
	select {
	case <-ch.tried:
		return c, nil
	case <-enough:
		ch.proveOffline()
		return c, nil
	case <-c.Done():
		c.Close()
		return nil, ch.explain(c.Err(), "log in as "+name(ch.Name))
	case <-ctx.Done():
		c.Close()
		return nil, ctx.Err()
	}
}

// recollect shows the last lines of all conversations that are kept.
func (ch *Chat) recollect() {
	if ch.JSON || ch.lines() == 0 {
		return
	}
	last, err := ch.store.Newest(ch.lines())
	if err != nil {
		ch.failed("local history", err)
		return
	}
	for _, m := range last {
		ch.show.message(m)
	}
}

// recall shows the last lines of one conversation.
func (ch *Chat) recall(ctx context.Context, of client.Conversation) {
	if ch.JSON || ch.store == nil || ch.lines() == 0 || !ch.proved.Load() {
		return
	}
	page, err := ch.c.Messages(ctx, of, 0, ch.lines())
	if err != nil {
		return // nothing was said yet, or it is not to be had now: /history says why
	}
	for _, m := range page.Messages {
		ch.show.message(m)
	}
}

// lines is how many of them are shown.
func (ch *Chat) lines() int {
	const usual = 10
	if _, person := ch.terminal(); ch.Lines == 0 && person {
		return usual
	}
	return ch.Lines
}

// follow keeps what the commands must know up with the connection. It reports whether
// e is news for a person.
func (ch *Chat) follow(e client.Event) bool {
	ch.who.follow(e)
	switch e.(type) {
	case client.Connected:
		ch.online.Store(true)
	case client.Disconnected:
		return ch.online.Swap(false) || !ch.hasTried() || ch.JSON
	case client.Ended:
		return ch.hasTried() // before that it is the reason why Run fails, or the password is asked for
	}
	return true
}

func (ch *Chat) hasTried() bool {
	select {
	case <-ch.tried:
		return true
	default:
		return false
	}
}

// wake tells those who wait for the connection to come or to go.
func (ch *Chat) wake(e client.Event) {
	switch e := e.(type) {
	case client.Connected:
		ch.first.Do(func() { close(ch.tried) })
		if !e.Again {
			close(ch.greeted)
		}
	case client.Disconnected:
		ch.first.Do(func() { close(ch.tried) })
		ch.mu.Lock()
		defer ch.mu.Unlock()
		close(ch.lost)
		ch.lost = make(chan struct{})
	}
}

// whenLost is closed when the connection is lost the next time.
func (ch *Chat) whenLost() <-chan struct{} {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.lost
}

// offline reports whether there is no connection, and a place to keep what is typed.
func (ch *Chat) offline() bool { return ch.store != nil && !ch.online.Load() }
