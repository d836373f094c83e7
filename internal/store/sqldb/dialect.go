// Package sqldb speaks to an SQL database: SQLite, MySQL/MariaDB or PostgreSQL, each of which is
// a Dialect. It has what has nothing to do with chat: connections (Link), the registry of
// statements, which server of several is used, what an error means (Failure), whether a
// transaction is begun anew (Tries), and the schema with its migrations.
//
// Every statement stands once in the registry, is prepared when a connection is opened or it is
// first wanted, and takes bound arguments only. The packages above register theirs beside the code
// that uses them.
package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3/database"
)

// The names of the dialects.
const (
	SQLite   = "sqlite"
	MySQL    = "mysql"
	Postgres = "postgres"
)

// Dialect is everything that differs from database to database. The rest of the
// package speaks to database/sql/driver and to the registry of statements only.
type Dialect struct {
	Name  string
	goose database.Dialect
	// hooks are the pieces of SQL that differ, by the word that stands for them in a
	// registered text: {for update}, {ids}, …
	hooks map[string]string
	// texts are the registered statements as this database wants them, filled in by
	// withTexts; "" for one that it has no use for.
	texts []string
	// placeholder writes the n-th (from 1) placeholder.
	placeholder func(n int) string
	// Exists returns why there is no such file, for databases that are files; nil for others.
	Exists func() error
	// Connect opens one connection for a purpose, to the server at an address if it has any.
	Connect func(ctx context.Context, addr string, p Purpose) (driver.Conn, error)
	// hosts are the servers; nil for files.
	hosts *hosts
	// ask asks a server for its role, with the statements that serve for it.
	ask func(l *Link) (role, error)
	// warned returns what a server has warned of on a connection since it was asked last, ""
	// for nothing; nil where it does not matter.
	warned func(c driver.Conn) string
	// Classify says what an error of the database means.
	Classify func(err error) Failure
	// advise says what to do about an error of opening it; "" where that is not known.
	advise func(err error) string
	// IdleWait is how long a transaction may idle before a server ends it.
	IdleWait time.Duration
	// Server says that the database is a server of its own: other nodes write to it too, so
	// that rows are locked; writes that are no appends need not wait for the committer; and
	// statements are prepared when they are first wanted, for the server counts them.
	Server bool
	// returning says that an INSERT gives the new row's id as a row.
	returning bool
	// pages tells how many pages a connection wrote since it was asked last, for
	// databases whose log this program has to fold in by itself; nil for others.
	pages func(c driver.Conn) int
}

// Purpose is what a connection is for.
type Purpose uint8

// The purposes.
const (
	ForMigration Purpose = iota // may create the database
	ForWriting
	ForReading
	ForCheckpoint
	ForMoving        // the only one there is on SQLite; nothing is hurried on it
	ForChecking      // of a file that nobody writes to and that must stay as it is
	forMigrationLock // held while the schema is brought up to date
	forAsking        // closed when the server's role is known
)

// New tells from a URL which database is meant.
func New(url string) (*Dialect, string, error) {
	switch scheme, _, found := strings.Cut(url, "://"); {
	case !found || scheme == "sqlite":
	case scheme == "mysql" || scheme == "mariadb":
		return mysqlDialect(url)
	case scheme == "postgres" || scheme == "postgresql":
		return postgresDialect(url)
	default:
		return nil, "", fmt.Errorf("the database %q is not known: use sqlite://FILE, mysql://… or postgres://…", scheme)
	}
	path := strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//")
	if path == "" {
		return nil, "", fmt.Errorf("the database has no path: use a path, or sqlite:PATH")
	}
	d, err := SQLiteFile(path)
	return d, path, err
}

// Open opens one connection for a purpose, on a server to the one that takes writes.
func (d *Dialect) Open(ctx context.Context, p Purpose) (*Link, error) {
	if d.hosts != nil {
		return d.hosts.connect(ctx, p)
	}
	return d.dial(ctx, "", p)
}

func (d *Dialect) dial(ctx context.Context, addr string, p Purpose) (*Link, error) {
	c, err := d.Connect(ctx, addr, p)
	if err != nil {
		return nil, err
	}
	prepare, ok := c.(driver.ConnPrepareContext)
	if !ok {
		return nil, errors.Join(fmt.Errorf("store: the driver of %s prepares nothing", d.Name), c.Close())
	}
	return &Link{Dialect: d, conn: c, prepare: prepare, stmts: make([]driver.Stmt, len(registry)), seen: time.Now()}, nil
}

// CannotOpen is the error of a database that could not be opened.
func (d *Dialect) CannotOpen(path string, err error) error {
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

// Has reports whether the database has a use for a statement.
func (d *Dialect) Has(id Statement) bool { return d.texts[id] != "" }

// KeepsLog reports whether this program has to fold the database's log in.
func (d *Dialect) KeepsLog() bool { return d.pages != nil }

// LogTo is where it is told when another server is used.
func (d *Dialect) LogTo(log *slog.Logger) {
	if d.hosts != nil {
		d.hosts.log.Store(log)
	}
}

// Watch looks every few seconds, until ctx ends, whether another server should be used. It
// returns at once if there is no choice.
func (d *Dialect) Watch(ctx context.Context) {
	if d.hosts != nil {
		d.hosts.watch(ctx)
	}
}

// AllTexts are all statements as the database is given them; "" for one that it has no use for.
func (d *Dialect) AllTexts() []string { return d.texts }

// withTexts fills in the texts.
func (d *Dialect) withTexts() *Dialect {
	d.texts = make([]string, len(registry))
	for id, s := range registry {
		d.texts[id] = d.text(s.on(d.Name))
	}
	return d
}

// hook returns the text of a word in braces. What follows a colon stands for %1, %2, … in it.
func (d *Dialect) hook(word string) string {
	word, of, _ := strings.Cut(word, ": ")
	hook, ok := d.hooks[word]
	if !ok {
		panic("store: " + d.Name + " has no hook for {" + word + "}")
	}
	for i, part := range strings.Split(of, "; ") {
		hook = strings.ReplaceAll(hook, "%"+strconv.Itoa(i+1), part)
	}
	return hook
}

// text returns a registered statement as this database wants it: hooks first, then
// placeholders.
func (d *Dialect) text(neutral string) string {
	var expanded strings.Builder
	for rest := neutral; ; {
		before, after, found := strings.Cut(rest, "{")
		expanded.WriteString(before)
		if !found {
			break
		}
		word, tail, _ := strings.Cut(after, "}")
		expanded.WriteString(d.hook(word))
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
