package sqldb

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"
)

// Link is one connection to the database with its registered statements prepared. It
// speaks to the driver itself: a page of messages costs 0.9 µs a row this way and
// 1.5 µs through database/sql, and each connection has one user at a time anyway. A
// link is not safe for concurrent use, and its rows must be read before its next
// statement.
type Link struct {
	Dialect *Dialect
	conn    driver.Conn
	prepare driver.ConnPrepareContext
	stmts   []driver.Stmt
	args    []driver.NamedValue
	ctx     context.Context //nolint:containedctx // of the statement that runs; nil for one that nothing ends
	at      int             // the index of its server
	seen    time.Time       // when its server was last known to be there and to have the right role
	began   time.Time       // the transaction; zero for one that may take its time
}

// OpenLink connects and, on the embedded database, prepares all that a purpose needs.
func OpenLink(ctx context.Context, d *Dialect, p Purpose) (*Link, error) {
	l, err := d.Open(ctx, p)
	if err != nil || d.Server {
		return l, err
	}
	for id, s := range registry {
		if !s.serves(p) || d.texts[id] == "" {
			continue
		}
		if _, err := l.stmt(Statement(id)); err != nil {
			l.Close()
			return nil, err
		}
	}
	return l, nil
}

// stmt returns a prepared statement, which it prepares if this is its first use.
func (l *Link) stmt(id Statement) (driver.Stmt, error) {
	if s := l.stmts[id]; s != nil {
		return s, nil
	}
	s, err := l.prepare.PrepareContext(l.context(), l.Dialect.texts[id])
	if err != nil {
		return nil, fmt.Errorf("store: preparing %q: %w", l.Dialect.texts[id], err)
	}
	l.stmts[id] = s
	return s, nil
}

// DriverConn is the connection itself, for what no registered statement does.
func (l *Link) DriverConn() driver.Conn { return l.conn }

// context is what ends a statement. The background spares a goroutine a statement; all
// statements are bounded.
func (l *Link) context() context.Context {
	if l.ctx != nil {
		return l.ctx
	}
	return context.Background()
}

// Until makes the statements that follow end with ctx, until Unending. A connection that a
// statement was cut off on is to be closed. A nil ctx ends nothing.
func (l *Link) Until(ctx context.Context) { l.ctx = ctx }

// Unending undoes Until.
func (l *Link) Unending() { l.ctx = nil }

// cut is why the statement that runs must not go on.
func (l *Link) cut() error {
	if l.ctx == nil {
		return nil
	}
	return l.ctx.Err()
}

// Close gives the connection up; what it had not committed is gone. A server forgets
// the statements with the connection, and may not be there to be told.
func (l *Link) Close() error {
	for _, s := range l.stmts {
		if s != nil && !l.Dialect.Server {
			s.Close()
		}
	}
	return l.conn.Close()
}

// Exec runs a statement and gives how many rows it changed.
func (l *Link) Exec(id Statement, args ...any) (int64, error) {
	s, err := l.stmt(id)
	if err != nil {
		return 0, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(l.context(), l.bind(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// LongestTransaction is how long after its Begin a transaction of a database server may still be
// committed. Other nodes look for changes by the time that they were made at, so that one that
// shows itself later is not found.
const LongestTransaction = 30 * time.Second

// errTooLong is of a transaction that was not committed. Its connection is to be closed.
var errTooLong = fmt.Errorf("the transaction took longer than %v and was not committed: %w", LongestTransaction, driver.ErrBadConn)

// Begin begins a transaction for writing.
func (l *Link) Begin() error {
	l.began = time.Time{}
	if l.Dialect.Server {
		l.began = time.Now()
	}
	_, err := l.Exec(Begin)
	return err
}

// tooLong tells that the transaction must not be committed any more.
func (l *Link) tooLong() error {
	if !l.began.IsZero() && time.Since(l.began) > LongestTransaction {
		return errTooLong
	}
	return nil
}

// Commit ends a transaction. A server that commits and warns has not done all that it
// should have: PostgreSQL, whose wait for a standby was ended, calls that a success.
func (l *Link) Commit() error {
	if err := l.tooLong(); err != nil {
		return err
	}
	return l.Committing(func() error {
		_, err := l.Exec(Commit)
		return err
	})
}

// InTransaction commits what fn did unless it failed, however long it took: it is for what no
// other node looks for.
func (l *Link) InTransaction(fn func() error) error {
	if _, err := l.Exec(Begin); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		_, err = l.Exec(Commit)
	}
	if err != nil {
		_, _ = l.Exec(Rollback) // the first error says more
	}
	return err
}

// Committing runs a statement that commits.
func (l *Link) Committing(run func() error) error {
	d := l.Dialect
	if d.warned != nil {
		d.warned(l.conn) // of what was before
	}
	if err := run(); err != nil {
		return err
	}
	if d.warned != nil {
		if text := d.warned(l.conn); text != "" {
			return &halfCommitted{text}
		}
	}
	return nil
}

// halfCommitted is the error of a commit that the server warned of.
type halfCommitted struct{ warning string }

func (e *halfCommitted) Error() string {
	return "the server committed and warns: " + e.warning
}

// Insert runs an INSERT of one row and gives the row's new id.
func (l *Link) Insert(id Statement, args ...any) (int64, error) {
	if l.Dialect.returning {
		r, err := l.One(id, args...)
		if err != nil || r == nil {
			return 0, err
		}
		return r.Num(0), nil
	}
	s, err := l.stmt(id)
	if err != nil {
		return 0, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(l.context(), l.bind(args))
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// Query calls each with every row until it returns false. The row is each's only
// during the call.
func (l *Link) Query(id Statement, each func(Row) bool, args ...any) error {
	s, err := l.stmt(id)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(l.context(), l.bind(args))
	if err != nil {
		return err
	}
	r := make(Row, len(rows.Columns()))
	for {
		if err = rows.Next(r); err != nil || !each(r) {
			break
		}
		if err = l.cut(); err != nil { // not all drivers look between two rows
			break
		}
	}
	if closeErr := rows.Close(); err == nil || errors.Is(err, io.EOF) {
		err = closeErr
	}
	return err
}

// One returns the first row, or nil if there is none.
func (l *Link) One(id Statement, args ...any) (Row, error) {
	var found Row
	err := l.Query(id, func(r Row) bool { found = r; return false }, args...)
	return found, err
}

// bind makes the arguments of the next statement.
func (l *Link) bind(args []any) []driver.NamedValue {
	l.args = l.args[:0]
	for i, a := range args {
		l.args = append(l.args, driver.NamedValue{Ordinal: i + 1, Value: value(a)})
	}
	return l.args
}

// value is a as the drivers take it.
func value(a any) driver.Value {
	switch v := a.(type) {
	case int64, string, []byte, []int64, []string, nil:
		return v
	case int:
		return int64(v)
	case time.Time:
		return v.UnixMilli()
	}
	switch v := reflect.ValueOf(a); { // an id or the like: a number with a type of its own
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return int64(v.Uint()) //nolint:gosec // small ones
	}
	panic(fmt.Sprintf("store: a %T cannot be bound", a))
}

// Row is one row of an answer.
type Row []driver.Value

// Num is column i as a number; NULL is 0.
func (r Row) Num(i int) int64 {
	switch v := r[i].(type) {
	case int64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case nil:
		return 0
	}
	panic(fmt.Sprintf("store: column %d holds a %T where a number belongs", i, r[i]))
}

// Text is column i as text; NULL is "".
func (r Row) Text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case nil:
		return ""
	}
	panic(fmt.Sprintf("store: column %d holds a %T where text belongs", i, r[i]))
}

// Blob is column i as bytes; NULL is nil.
func (r Row) Blob(i int) []byte {
	b, _ := r[i].([]byte)
	return bytes.Clone(b)
}

// Null reports whether column i is NULL.
func (r Row) Null(i int) bool { return r[i] == nil }

// Yes is column i as a truth value.
func (r Row) Yes(i int) bool { return r.Num(i) != 0 }

// When is column i as a time.
func (r Row) When(i int) time.Time { return time.UnixMilli(r.Num(i)).UTC() }
