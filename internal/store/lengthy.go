package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// lengthy bounds the reads that may be long: they have all connections for reading but one,
// and those that are of many have a quarter of them. Who waits is served in turn.
type lengthy struct{ long, bulk chan struct{} }

func newLengthy(readers int) lengthy {
	return lengthy{long: make(chan struct{}, max(1, readers-1)), bulk: make(chan struct{}, max(1, readers/4))}
}

// enter waits until a read of a length may begin; leave is to be called when it has ended.
func (q *lengthy) enter(ctx context.Context, l chat.Length) (leave func(), err error) {
	if l == chat.Bulk {
		if err := take(ctx, q.bulk); err != nil {
			return nil, err
		}
	}
	err = take(ctx, q.long)
	if err != nil && l == chat.Bulk {
		<-q.bulk
	}
	return func() {
		<-q.long
		if l == chat.Bulk {
			<-q.bulk
		}
	}, err
}

func take(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errGivenUp(ctx)
	}
}

// errGivenUp is what a read ends with whose context has ended.
func errGivenUp(ctx context.Context) error {
	return &chat.Error{
		Code: wire.Unavailable, Info: "this took too long and was given up: try again",
		RetryAfter: time.Second, Cause: ctx.Err(),
	}
}
