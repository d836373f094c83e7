package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"parley/internal/platform"
	"parley/internal/server"
)

// place is which embedded database is meant.
type place struct {
	Data string `name:"data" default:"./parley-data" placeholder:"DIR" help:"Data folder of the server."`
	DB   string `name:"db" default:"" placeholder:"URL" help:"The database if it is not parley.db in the data folder, as sqlite://FILE."`
}

func (p place) config() server.Config { return server.Config{Data: p.Data, DB: p.DB} }

// BackupCmd is `parley backup`.
type BackupCmd struct {
	place `embed:""`
	To    string `name:"to" required:"" placeholder:"FILE|DIR" help:"File for the copy, or a folder; the file's name is then the time."`
	Force bool   `name:"force" help:"Replace the file if there is one."`
}

// Run copies the database, also from under a running server.
func (c BackupCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	p := newProgress(std.err)
	to, contents, err := server.Backup(ctx, c.config(), c.To, c.Force, p.bytes("copied"))
	p.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: checked, %s\n", to, describe(contents))
	return err
}

// RestoreCmd is `parley restore`.
type RestoreCmd struct {
	place `embed:""`
	From  string `name:"from" required:"" placeholder:"FILE" help:"Copy made by \"parley backup\"."`
	Check bool   `name:"check" help:"Only check the copy; change nothing."`
}

// Run checks a copy and puts it in the database's place.
func (c RestoreCmd) Run(ctx context.Context, std streams) error {
	platform.KeepFilesOwn()
	ctx, stop := interruptible(ctx)
	defer stop()
	if c.Check {
		contents, err := server.CheckBackup(ctx, c.From)
		if err != nil {
			return fmt.Errorf("%s: %w", c.From, err)
		}
		_, err = fmt.Fprintf(std.out, "%s: whole, %s\n", c.From, describe(contents))
		return err
	}
	p := newProgress(std.err)
	contents, kept, err := server.Restore(ctx, c.config(), c.From, p.bytes("copied"))
	p.end()
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(std.out, "what was there is kept as %s\n", kept)
	}
	_, err = fmt.Fprintf(std.out, "restored: %s; start the server: parley serve --data %s\n", describe(contents), c.Data)
	return err
}

func describe(c server.Contents) string {
	return fmt.Sprintf("%d users, %d conversations, %d messages, %d bytes", c.Users, c.Conversations, c.Messages, c.Bytes)
}

// MigrateCmd is `parley migrate`.
type MigrateCmd struct {
	From string `name:"from" required:"" placeholder:"URL" help:"Database to copy, as sqlite://FILE, mysql://USER:PASSWORD@HOST:PORT/NAME or postgres://USER:PASSWORD@HOST:PORT/NAME."`
	To   string `name:"to" required:"" placeholder:"URL" help:"Empty database to copy into, or one where this copy was begun before."`
}

// Run copies everything and prints the proof.
func (c MigrateCmd) Run(ctx context.Context, std streams) error {
	platform.KeepFilesOwn()
	ctx, stop := interruptible(ctx)
	defer stop()
	p := newProgress(std.err)
	proofs, err := server.Migrate(ctx, c.From, c.To, p.rows)
	p.end()
	if len(proofs) > 0 {
		t := newTable(std.out, "TABLE", "ROWS THERE", "ROWS HERE", "SHA-256 THERE", "SHA-256 HERE", "")
		for _, proof := range proofs {
			verdict := "equal"
			if !proof.Equal() {
				verdict = "DIFFERENT"
			}
			t.row(proof.Table, proof.From.Rows, proof.To.Rows, short(proof.From.Sum), short(proof.To.Sum), verdict)
		}
		err = errors.Join(err, t.flush())
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, "everything is there and equal; start servers with --db and the new URL, and none on the old database any more")
	return err
}

func short(sum [32]byte) string { return fmt.Sprintf("%x", sum[:12]) }

// interruptible ends its context at the first signal; a second one ends the program.
func interruptible(ctx context.Context) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// progress shows how far a long command is: on a terminal in one line that changes,
// elsewhere in a line now and then.
type progress struct {
	w        io.Writer
	terminal bool
	begun    time.Time
	shown    time.Time
	last     string
}

func newProgress(w io.Writer) *progress {
	return &progress{w: w, terminal: isTerminal(w), begun: time.Now(), shown: time.Now()}
}

func (p *progress) bytes(what string) server.Bytes {
	return func(done, of int64) {
		const mib = 1 << 20
		p.show(done, of, fmt.Sprintf("%s %d of %d MiB", what, done/mib, (of+mib-1)/mib))
	}
}

func (p *progress) rows(m server.MoveProgress) {
	p.show(m.Rows, m.Of, fmt.Sprintf("%s %s: %d of %d rows", m.Step, m.Table, m.Rows, m.Of))
}

func (p *progress) archive(a server.ArchiveProgress) {
	const mib = 1 << 20
	p.show(a.Messages, a.Of, fmt.Sprintf("%s: %d of at most %d messages, %d segments, %.1f MiB", a.Step, a.Messages, a.Of, a.Segments, float64(a.Bytes)/mib))
}

func (p *progress) show(done, of int64, text string) {
	pause := 5 * time.Second
	if p.terminal {
		pause = time.Second / 5
	}
	now := time.Now()
	if now.Sub(p.shown) < pause {
		return
	}
	p.shown = now
	if took := now.Sub(p.begun); done > 0 && done < of && took > 2*time.Second {
		left := time.Duration(float64(took) * float64(of-done) / float64(done))
		text += fmt.Sprintf(", %v left", left.Round(time.Second))
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", text)
	} else {
		fmt.Fprintln(p.w, text)
	}
	p.last = text
}

// end clears the line.
func (p *progress) end() {
	if p.terminal && p.last != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
