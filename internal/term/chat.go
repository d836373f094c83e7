package term

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"parley/client"
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

	// Set by Run.
	c        *client.Client
	show     *show
	who      *roster
	current  client.Conversation // where plain text goes
	prompt   func(string)        // shows the current conversation; nil in a pipe
	greeted  chan struct{}       // closed when the first login is shown
	failures atomic.Int64
}

// maxLine is how long one line of a pipe may be, in bytes.
const maxLine = 256 << 10

// errQuit ends the command loop.
var errQuit = errors.New("quit")

// Run logs in and takes lines until the end of input, /quit or /logout, or until the
// client has ended. In a pipe it returns an error when a command failed.
func (ch *Chat) Run(ctx context.Context) error {
	ch.who, ch.greeted = newRoster(), make(chan struct{})
	zone := ch.Zone
	if zone == nil {
		zone = time.Local
	}
	ch.show = &show{out: ch.Out, json: ch.JSON, zone: zone, who: ch.who}
	if ch.Password == "" { // asked for while the terminal still is as usual
		o, err := ch.options()
		if err != nil {
			return err
		}
		ch.Password = o.Password
	}
	stop := make(chan struct{})
	defer close(stop)
	lines, restore := ch.open(stop)
	defer restore()
	c, err := ch.login(ctx, func(o *client.Options) { o.OnEvent = ch.event })
	if err != nil {
		return err
	}
	defer c.Close()
	ch.c = c
	<-ch.greeted // the login is an event, and the first
	return ch.loop(ctx, lines)
}

// event follows and shows what the client tells.
func (ch *Chat) event(e client.Event) {
	ch.who.follow(e)
	if m, ok := e.(*client.Message); ok && m.Sent {
		return // its ack is shown
	}
	ch.show.event(e)
	if on, ok := e.(client.Connected); ok && !on.Again {
		close(ch.greeted)
	}
}

// loop takes lines until something ends it.
func (ch *Chat) loop(ctx context.Context, lines <-chan input) error {
	for {
		select {
		case in := <-lines:
			if in.err != nil && !errors.Is(in.err, io.EOF) {
				return fmt.Errorf("reading commands: %w", in.err)
			}
			if in.err != nil {
				return ch.finish(ctx)
			}
			if err := ch.line(ctx, in.line); errors.Is(err, errQuit) {
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
	if err := ch.c.Flush(ctx); err != nil {
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

// leave logs out. In a pipe, commands that failed make the whole fail.
func (ch *Chat) leave(ctx context.Context) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unsent := ch.c.Flush(ctx)
	if err := ch.c.Logout(ctx); err != nil {
		ch.failed("/logout", fmt.Errorf("the server could not be told: %w", err))
	}
	if unsent != nil {
		return errors.New("some messages were not acked before leaving; see /history of the conversation next time")
	}
	if n := ch.failures.Load(); ch.prompt == nil && n > 0 {
		return fmt.Errorf("%d of the commands failed", n)
	}
	return nil
}

// input is one line, or why there are no more.
type input struct {
	line string
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
	go read(func() (string, error) {
		if scan.Scan() {
			return scan.Text(), nil
		}
		if err := scan.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}, out, stop)
	return out, func() {}
}

// terminal gives the terminal that a person types at: both ends must be one, and what
// is printed must be for people.
func (ch *Chat) terminal() (*os.File, bool) {
	in, ok := ch.In.(*os.File)
	out, too := ch.Out.(*os.File)
	return in, ok && too && !ch.JSON && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

func read(line func() (string, error), out chan<- input, stop <-chan struct{}) {
	for {
		l, err := line()
		if errors.Is(err, term.ErrPasteIndicator) {
			err = nil
		}
		select {
		case out <- input{l, err}:
		case <-stop:
			return
		}
		if err != nil {
			return
		}
	}
}

// edit makes the terminal a line editor that keeps the typed line intact when
// something is printed above it.
func (ch *Chat) edit(in *os.File) (line func() (string, error), restore func(), err error) {
	fd := int(in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, nil, err
	}
	editor := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, ch.Out}, "> ")
	ch.show.out = editor
	ch.prompt = editor.SetPrompt
	line = func() (string, error) {
		if w, h, err := term.GetSize(fd); err == nil && w > 0 {
			_ = editor.SetSize(w, h) // a wrong width only looks odd
		}
		return editor.ReadLine()
	}
	return line, func() { _ = term.Restore(fd, before) }, nil
}
