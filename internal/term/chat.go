package term

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"parley/client"
	"parley/client/history"
	"parley/wire"
)

// Chat is the line client: for a person at a terminal, or for a pipe whose lines are
// taken as commands, each finished before the next.
type Chat struct {
	Account
	JSON   bool          // one JSON object a line, see JSONHelp
	Linger time.Duration // how long to go on receiving after the end of a pipe
	In     io.Reader
	Out    io.Writer
	Zone   *time.Location // for the times shown; default the machine's
	// State is the folder of the local state: the outbox, the token, and what was
	// displayed. "" keeps nothing.
	State     string
	NoHistory bool // keep no messages there
	// Lines is how many of the last messages are shown at the start, and by /to; default
	// 10 at a terminal, none in a pipe.
	Lines int

	// Set by Run.
	c        *client.Client
	store    *history.Store // nil without State
	show     *show
	who      *roster
	current  client.Conversation // where plain text goes
	prompt   func(string)        // shows the current conversation; nil in a pipe
	failures atomic.Int64
	greeted  chan struct{} // closed when the first login is shown
	online   atomic.Bool
	signOut  bool        // leaving ends the token as well
	signedIn bool        // a token is kept here that nobody has refused
	proved   atomic.Bool // see prove
	old      sync.Once   // the last lines are shown
	first    sync.Once
	tried    chan struct{} // closed after the first attempt to log in
	mu       sync.Mutex
	lost     chan struct{} // closed, and made anew, when the connection is lost; guarded by mu
}

// maxLine is how long one line of a pipe may be, in bytes.
const maxLine = 256 << 10

// errQuit ends the command loop.
var errQuit = errors.New("quit")

// Run logs in and takes lines until the end of input, /quit or /logout, or until the
// client has ended. In a pipe it returns an error when a command failed.
func (ch *Chat) Run(ctx context.Context) error {
	ch.who, ch.greeted, ch.tried, ch.lost = newRoster(), make(chan struct{}), make(chan struct{}), make(chan struct{})
	zone := ch.Zone
	if zone == nil {
		zone = time.Local
	}
	ch.show = &show{out: ch.Out, json: ch.JSON, zone: zone, who: ch.who}
	if ch.Name == "" {
		return errNameless
	}
	if ch.State != "" {
		store, err := ch.openStore()
		if err != nil {
			return err
		}
		defer store.Close()
		ch.store = store
	}
	c, err := ch.connect(ctx) // asks for the password while the terminal still is as usual
	if err != nil {
		return err
	}
	defer c.Close()
	ch.c = c
	stop := make(chan struct{})
	defer close(stop)
	lines, restore := ch.open(stop)
	defer restore()
	return ch.loop(ctx, lines)
}

// onEvent follows and shows what the client tells.
func (ch *Chat) onEvent(_ *client.Client, e client.Event) {
	if m, ok := e.(*client.Message); ok && m.Sent {
		return // its ack is shown
	}
	if sent, ok := e.(client.Sent); ok {
		if sent.Change != nil {
			ch.changeOutcome(sent.Conversation, *sent.Change, sent.Receipt, sent.Err)
			return
		}
		ch.outcome(sent.Conversation, sent.Text, sent.Receipt, sent.Err)
		return
	}
	switch e := e.(type) {
	case client.Connected:
		ch.prove()
	case client.Disconnected:
		if client.CodeOf(e.Err) == wire.OK { // a server that refuses the token says what it is worth
			ch.proveOffline()
		}
	}
	// What is to be known is known before it is shown, and who waits goes on after that.
	news := ch.follow(e)
	if news {
		ch.show.event(e)
	}
	if _, lost := e.(client.Disconnected); lost && news && ch.store != nil && !ch.JSON {
		ch.show.line("* what you write is kept, and sent when the server is there again")
	}
	ch.wake(e)
}

// loop takes lines until something ends it.
func (ch *Chat) loop(ctx context.Context, lines <-chan input) error {
	for {
		select {
		case in := <-lines:
			switch {
			case errors.Is(in.err, errLongLine):
				ch.failed("text", in.err)
				continue
			case errors.Is(in.err, io.EOF):
				return ch.finish(ctx)
			case in.err != nil:
				return fmt.Errorf("reading commands: %w", in.err)
			}
			if err := ch.line(ctx, in); errors.Is(err, errQuit) {
				return ch.leave(ctx)
			}
		case <-ch.c.Done():
			return ch.c.Err()
		case <-ctx.Done():
			return ch.leave(context.WithoutCancel(ctx))
		}
	}
}

// finish is what the end of input means: everything acked, the linger over, logged out.
func (ch *Chat) finish(ctx context.Context) error {
	if err := ch.flush(ctx); err != nil && ch.store == nil {
		return fmt.Errorf("some messages have no ack: %w", err)
	}
	if ch.Linger > 0 {
		timer := time.NewTimer(ch.Linger)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-ch.c.Done():
			return ch.c.Err()
		}
	}
	return ch.leave(context.WithoutCancel(ctx))
}

// patience is how long leaving may wait for acks, or for a connection.
const patience = 10 * time.Second

// flush waits for acks; with nobody to give them, not for long.
func (ch *Chat) flush(ctx context.Context) error {
	const patience = 3 * time.Second
	if ch.offline() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	return ch.c.Flush(ctx)
}

// leave logs out. In a pipe, commands that failed make the whole fail, and so do
// messages that wait for the next start.
func (ch *Chat) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var unsent error
	online := !ch.offline()
	if online {
		unsent = ch.c.Flush(ctx)
	}
	n := ch.c.Unacked()
	if ch.signOut {
		if err := ch.c.SignOut(ctx); err != nil {
			ch.failed("/logout", fmt.Errorf("the next start here asks for the password, but the server could not be told: %w; "+
				"end this device's token there with /revoke from another device, or with a change of password", err))
		}
	} else if online {
		if err := ch.c.Logout(ctx); err != nil && ch.store == nil {
			ch.failed("/logout", fmt.Errorf("the server could not be told: %w", err))
		}
	}
	if ch.store != nil && n > 0 {
		err := fmt.Errorf("%d messages have no ack; they are kept, and sent at the next start", n)
		if ch.prompt == nil {
			return err
		}
		ch.show.line("* %v", err)
		unsent = nil
	}
	if unsent != nil {
		return errors.New("some messages were not acked before leaving; see /history of the conversation next time")
	}
	if n := ch.failures.Load(); ch.prompt == nil && n > 0 {
		return fmt.Errorf("%d of the commands failed", n)
	}
	return nil
}

// input is what was typed up to Enter, or one line of a pipe, or why there are no more.
type input struct {
	line string
	text bool // a text to send, whatever it begins with: it was pasted, in several lines
	err  error
}

// open begins to read lines, by a line editor if a person types them. The reading
// goroutine ends with its input, or with the line that comes after stop: a read of
// standard input cannot be interrupted.
func (ch *Chat) open(stop <-chan struct{}) (lines <-chan input, restore func()) {
	out := make(chan input)
	if in, ok := ch.terminal(); ok {
		if editor, restore, err := ch.edit(in); err == nil {
			go read(editor, out, stop)
			return out, restore
		}
	}
	scan := bufio.NewScanner(ch.In)
	scan.Buffer(nil, maxLine)
	go read(func() input {
		if scan.Scan() {
			return input{line: scan.Text()}
		}
		switch err := scan.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			return input{err: fmt.Errorf("a line is longer than %d bytes, so nothing of it was sent: a message may have some thousand characters", maxLine)}
		case err != nil:
			return input{err: err}
		}
		return input{err: io.EOF}
	}, out, stop)
	return out, func() {}
}

// terminal returns the terminal that a person types at: both ends must be one, and what
// is printed must be for people.
func (ch *Chat) terminal() (*os.File, bool) {
	in, ok := ch.In.(*os.File)
	out, too := ch.Out.(*os.File)
	return in, ok && too && !ch.JSON && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

func read(next func() input, out chan<- input, stop <-chan struct{}) {
	for {
		in := next()
		select {
		case out <- in:
		case <-stop:
			return
		}
		if in.err != nil && !errors.Is(in.err, errLongLine) {
			return
		}
	}
}

// edit makes the terminal a line editor that keeps the typed line intact when
// something is printed above it.
func (ch *Chat) edit(in *os.File) (next func() input, restore func(), err error) {
	fd := int(in.Fd())
	// What is shown meanwhile waits: between the two it would stand there like a staircase.
	ch.show.mu.Lock()
	defer ch.show.mu.Unlock()
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, nil, err
	}
	keys := newKeys(in)
	editor := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, ch.Out}, "> ")
	editor.SetBracketedPasteMode(true)
	ch.show.out = editor
	ch.prompt = editor.SetPrompt
	next = func() input {
		if w, h, err := term.GetSize(fd); err == nil && w > 0 {
			_ = editor.SetSize(w, h) // a wrong width only looks odd
		}
		line, err := editor.ReadLine()
		if err != nil {
			return input{err: err}
		}
		pasted := keys.beganWithPaste()
		if utf8.RuneCountInString(line) >= longestLine {
			return input{err: errLongLine}
		}
		line = unmark.Replace(line)
		return input{line: line, text: pasted && strings.Contains(line, "\n")}
	}
	return next, func() {
		editor.SetBracketedPasteMode(false)
		_ = term.Restore(fd, before)
	}, nil
}

// longestLine is how many characters the line editor takes; it drops what comes after.
const longestLine = 4096

// errLongLine is no end of the input: the line is given up, and told.
var errLongLine = fmt.Errorf("a line of %d characters or more may have been cut, so nothing of it was sent; send it in pieces, or from a file: parley send --to NAME < FILE", longestLine)
