package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/pressly/goose/v3/database"
)

// dialect is everything that differs from database to database. The rest of the
// package speaks to database/sql/driver and to the registry of statements only.
type dialect struct {
	name  string
	goose database.Dialect
	// hooks are the pieces of SQL that differ, by the word that stands for them in a
	// registered text: {for update}, {ids}, …
	hooks map[string]string
	// texts are the registered statements as this database wants them, filled in by
	// withTexts; "" for one that it has no use for.
	texts [stmtCount]string
	// placeholder writes the n-th (from 1) placeholder.
	placeholder func(n int) string
	// exists gives why there is no such file, for databases that are files; nil for others.
	exists func() error
	// connect opens one connection for a purpose, to the server at an address if it has any.
	connect func(ctx context.Context, addr string, p purpose) (driver.Conn, error)
	// hosts are the servers; nil for files.
	hosts *hosts
	// ask asks a server for its role, with the statements that serve for it.
	ask func(l *link) (role, error)
	// warned gives what a server has warned of on a connection since it was asked last, ""
	// for nothing; nil where it does not matter.
	warned func(c driver.Conn) string
	// classify says what an error of the database means.
	classify func(err error) failure
	// advise says what to do about an error of opening it; "" where that is not known.
	advise func(err error) string
	// server says that the database is a server of its own: other nodes write to it too, so
	// that rows are locked; writes that are no appends need not wait for the committer; and
	// statements are prepared when they are first wanted, for the server counts them.
	server bool
	// returning says that an INSERT gives the new row's id as a row.
	returning bool
	// insertRows inserts messages, many at a time; nil for one after the other.
	insertRows func(l *link, rows []messageRow) error
	// appendOnce stores appends by one statement; nil where there is none.
	appendOnce func(l *link, in *onceInput, out *onceOutput) error
	// pairs makes the arguments of {move devices} and {grow conversations}.
	pairs func(ids, values []int64) []any
	// keyNames and keyRows make the arguments of {send keys} and {insert send keys}.
	keyNames func(names []keyName) []any
	keyRows  func(at int64, rows []sendKeyRow) []any
	// pages tells how many pages a connection wrote since it was asked last, for
	// databases whose log this program has to fold in by itself; nil for others.
	pages func(c driver.Conn) int
}

// purpose is what a connection is for.
type purpose uint8

const (
	forMigration purpose = iota // may create the database
	forWriting
	forReading
	forCheckpoint
	forMoving        // the only one there is on SQLite; nothing is hurried on it
	forChecking      // of a file that nobody writes to and that must stay as it is
	forMigrationLock // held while the schema is brought up to date
	forAsking        // closed when the server's role is known
)

// open opens one connection for a purpose, on a server to the one that takes writes.
func (d *dialect) open(ctx context.Context, p purpose) (*link, error) {
	if d.hosts != nil {
		return d.hosts.connect(ctx, p)
	}
	return d.dial(ctx, "", p)
}

func (d *dialect) dial(ctx context.Context, addr string, p purpose) (*link, error) {
	c, err := d.connect(ctx, addr, p)
	if err != nil {
		return nil, err
	}
	prepare, ok := c.(driver.ConnPrepareContext)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: the driver of %s prepares nothing", d.name), c.Close())
	}
	return &link{dialect: d, conn: c, prepare: prepare, seen: time.Now()}, nil
}

// cannotOpen is the error of a database that could not be opened.
func (d *dialect) cannotOpen(path string, err error) error {
	advice := ""
	if d.advise != nil {
		advice = d.advise(err)
	}
	if advice == "" {
		return fmt.Errorf("cannot open the database %s: %w", path, err)
	}
	return fmt.Errorf("cannot open the database %s: %s (%w)", path, advice, err)
}

// adviseNet is advice that is the same for all servers.
func adviseNet(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return "its host has no address: check the name"
	case errors.As(err, &op) && op.Op == "dial":
		return "nothing answers there: see whether the server runs, and check host and port"
	}
	return ""
}

// withTexts fills in the texts.
func (d *dialect) withTexts() *dialect {
	for id, s := range registry {
		d.texts[id] = d.text(s.text)
	}
	return d
}

// text gives a registered statement as this database wants it: hooks first, then
// placeholders.
func (d *dialect) text(neutral string) string {
	var expanded strings.Builder
	for rest := neutral; ; {
		before, after, found := strings.Cut(rest, "{")
		expanded.WriteString(before)
		if !found {
			break
		}
		word, tail, _ := strings.Cut(after, "}")
		hook, ok := d.hooks[word]
		if !ok {
			panic("store: " + d.name + " has no hook for {" + word + "}")
		}
		expanded.WriteString(hook)
		rest = tail
	}
	var out strings.Builder
	n := 0
	for _, c := range expanded.String() {
		if c != '?' {
			out.WriteRune(c)
			continue
		}
		n++
		out.WriteString(d.placeholder(n))
	}
	return out.String()
}
