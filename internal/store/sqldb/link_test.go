package sqldb

import (
	"context"
	"database/sql/driver"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A transaction that took too long is not committed, and known not to be; one in time is.
func TestTransactionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran noted
		d := &Dialect{Server: true, texts: slices.Repeat([]string{"?"}, len(registry))}
		d.texts[Begin], d.texts[Commit] = "begin", "commit"
		l := &Link{Dialect: d, prepare: &ran, stmts: make([]driver.Stmt, len(registry))}

		if err := l.Begin(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(LongestTransaction)
		if err := l.Commit(); err != nil {
			t.Errorf("a transaction of %v: %v", LongestTransaction, err)
		}
		if err := l.Begin(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(LongestTransaction + time.Millisecond)
		err := l.Commit()
		if err == nil || !d.Undone(FailedOtherwise, err) {
			t.Errorf("a longer one: %v, and its outcome is in doubt", err)
		}
		if want := []string{"begin", "commit", "begin"}; !slices.Equal(ran, want) {
			t.Errorf("ran %v, want %v", ran, want)
		}
	})
}

// noted is a connection that notes the texts of what it is to run.
type noted []string

func (n *noted) PrepareContext(_ context.Context, text string) (driver.Stmt, error) {
	return notedStmt{n, text}, nil
}

type notedStmt struct {
	noted *noted
	text  string
}

func (s notedStmt) ExecContext(context.Context, []driver.NamedValue) (driver.Result, error) {
	*s.noted = append(*s.noted, s.text)
	return driver.RowsAffected(0), nil
}

func (notedStmt) Close() error                               { return nil }
func (notedStmt) NumInput() int                              { return -1 }
func (notedStmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (notedStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }
