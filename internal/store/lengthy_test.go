package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// sqlCount takes a database seconds for the number that the test gives it.
var sqlCount = sqldb.Register(sqldb.ForReading, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT COUNT(*) FROM n`)

// TestLongReadsAreCutOff: the database stops in the middle of a statement when nobody waits for
// it any more, and the next read has a connection that is as good as new.
func TestLongReadsAreCutOff(t *testing.T) {
	var cut atomic.Int64
	s := openTest(t, Options{Metrics: &Metrics{CutOff: func() { cut.Add(1) }}})
	defer s.Close()
	ctx, cancel := context.WithCancel(chat.WithLength(t.Context(), chat.Long))
	err := s.read(ctx, func(l *sqldb.Link) error {
		go func() {
			time.Sleep(time.Millisecond) // most likely into the statement; it is cut off as well if not
			cancel()
		}()
		_, err := l.One(sqlCount, 3_000_000)
		return err
	})
	if e := chat.AsError(err); e == nil || e.Code != wire.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("a read whose client is gone: %v", err)
	}
	rows := 0
	ctx, cancel = context.WithCancel(chat.WithLength(t.Context(), chat.Long))
	err = s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlCountRows, func(sqldb.Row) bool {
			if rows++; rows == 3 {
				cancel()
			}
			return true
		}, 1000)
	})
	if !errors.Is(err, context.Canceled) || rows != 3 {
		t.Errorf("between two rows: %d rows, %v", rows, err)
	}
	if cut.Load() != 2 {
		t.Errorf("%d reads are counted as cut off", cut.Load())
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("the next read: %v", err)
	}
}

var sqlCountRows = sqldb.Register(sqldb.ForReading, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n`)

// TestLongReadsLeaveRoom: however many long reads there are, and whatever they wait for, short
// ones go on; and reads of many pages leave room for those of one.
func TestLongReadsLeaveRoom(t *testing.T) {
	s := openTest(t, Options{Readers: 4})
	defer s.Close()
	gone := make(chan struct{})
	var reading sync.WaitGroup
	defer reading.Wait()
	defer close(gone)
	hold := func(l chat.Length, n int, begun chan struct{}) {
		for range n {
			reading.Go(func() {
				err := s.read(chat.WithLength(t.Context(), l), func(*sqldb.Link) error {
					begun <- struct{}{}
					<-gone
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	goesOn := func(l chat.Length) {
		t.Helper()
		ctx, cancel := context.WithTimeout(chat.WithLength(t.Context(), l), 10*time.Second)
		defer cancel()
		if err := s.read(ctx, func(l *sqldb.Link) error {
			_, err := l.One(sqldb.Ping)
			return err
		}); err != nil {
			t.Fatalf("length %d: %v", l, err)
		}
	}
	bulk, long := make(chan struct{}, 100), make(chan struct{}, 100)
	hold(chat.Bulk, 10, bulk)
	<-bulk
	goesOn(chat.Long)
	goesOn(chat.Short)
	hold(chat.Long, 10, long)
	<-long
	<-long
	goesOn(chat.Short)
	if len(bulk) > 0 || len(long) > 0 {
		t.Errorf("%d more of many pages were begun, and %d of one", len(bulk), len(long))
	}
	ctx, cancel := context.WithCancel(chat.WithLength(t.Context(), chat.Long))
	cancel()
	if err := s.read(ctx, func(*sqldb.Link) error { return nil }); chat.AsError(err).Code != wire.Unavailable {
		t.Errorf("one that waits and whose client is gone: %v", err)
	}
}
