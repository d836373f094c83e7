package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/internal/chat"
)

// newLog makes the logger that the configuration asks for. Both choices were checked
// when the flags were read; anything else is info and text.
func newLog(c *Config, w io.Writer, clock chat.Clock) *slog.Logger {
	return slog.New(newBrief(logHandler(c, w), clock))
}

func newBrief(h slog.Handler, clock chat.Clock) slog.Handler {
	of, _ := simplelru.NewLRU[string, *count](briefTexts, nil) // it refuses a size below 1 alone
	return &brief{Handler: h, counts: &counts{clock: clock, of: of}}
}

// logHandler writes every line.
func logHandler(c *Config, w io.Writer) slog.Handler {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(w, o)
	}
	return slog.NewTextHandler(w, o)
}

const (
	briefEvery = 10 * time.Second
	briefMost  = 20   // lines with one text in that time
	briefTexts = 1024 // texts remembered; more only if somebody logs made-up ones
)

// brief is a log handler that cannot be made to fill a disk: of each text (slog's
// message, not its attributes) it passes 20 lines in ten seconds, and the next one
// after that tells how many were left out. A full disk refuses every message, and
// each refusal is worth a line, but not all of them.
type brief struct {
	slog.Handler
	counts *counts // shared by all that With made from one
}

type counts struct {
	clock chat.Clock
	mu    sync.Mutex
	of    *simplelru.LRU[string, *count]
}

type count struct {
	since   time.Time
	lines   int
	leftOut int
}

// Handle implements slog.Handler.
func (b *brief) Handle(ctx context.Context, r slog.Record) error {
	pass, leftOut := b.counts.pass(r.Message)
	if !pass {
		return nil
	}
	if leftOut > 0 {
		r = r.Clone()
		r.AddAttrs(slog.Int("left_out_before", leftOut))
	}
	return b.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (b *brief) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &brief{b.Handler.WithAttrs(attrs), b.counts}
}

// WithGroup implements slog.Handler.
func (b *brief) WithGroup(name string) slog.Handler {
	return &brief{b.Handler.WithGroup(name), b.counts}
}

func (c *counts) pass(text string) (pass bool, leftOut int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	n, known := c.of.Get(text)
	if !known {
		n = &count{since: now}
		c.of.Add(text, n)
	}
	if now.Sub(n.since) >= briefEvery {
		leftOut = n.leftOut
		*n = count{since: now}
	}
	if n.lines >= briefMost {
		n.leftOut++
		return false, 0
	}
	n.lines++
	return true, leftOut
}
