package blobs

import (
	"context"
	"fmt"
	"io"
	"time"
)

// patience ends a context when an object storage was silent for too long. How fast the other
// side is, who sends what is stored or reads what is loaded, does not count.
type patience struct {
	wait   time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
	ctx    context.Context //nolint:containedctx // the one that it ends
}

// withPatience returns a context that ends when the storage was silent for so long.
func withPatience(ctx context.Context, wait time.Duration) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	silent := fmt.Errorf("it was silent for %v: %w", wait, context.DeadlineExceeded)
	return ctx, &patience{wait: wait, cancel: cancel, ctx: ctx, timer: time.AfterFunc(wait, func() { cancel(silent) })}
}

// rest is called when nothing is wanted of the storage for now.
func (p *patience) rest() { p.timer.Stop() }

// work is called when something is wanted again, or something has come.
func (p *patience) work() { p.timer.Reset(p.wait) }

func (p *patience) end() {
	p.timer.Stop()
	p.cancel(nil)
}

// cause makes of an error that came of the context's end what ended it.
func (p *patience) cause(err error) error {
	if err != nil && p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	return err
}

// unwatched reads from somebody else than the storage.
type unwatched struct {
	r io.Reader
	p *patience
}

func (u *unwatched) Read(b []byte) (int, error) {
	u.p.rest()
	defer u.p.work()
	return u.r.Read(b)
}

// watched reads from the storage.
type watched struct {
	b *bucket
	r io.ReadCloser
	p *patience
}

func (w *watched) Read(b []byte) (int, error) {
	w.p.work()
	defer w.p.rest()
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF { //nolint:errorlint // a reader's end is this very value
		err = w.b.explain(w.p.cause(err))
	}
	return n, err
}

func (w *watched) Close() error {
	w.p.end()
	return w.r.Close()
}
