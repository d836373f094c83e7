package chat

import "context"

// Length says how much of the store a request may want, for a context. It is a hint to the
// store: reads that may be long are cut off with their context, and never take all
// connections at once, so that logins and messages do not wait for them.
type Length uint8

// The lengths.
const (
	Short Length = iota // the rest: what logs in, and what delivers messages
	Long                // a page that somebody looks at
	Bulk                // page after page, as an export or a search does
)

type lengthKey struct{}

// WithLength returns a context for reads of a length.
func WithLength(ctx context.Context, l Length) context.Context {
	return context.WithValue(ctx, lengthKey{}, l)
}

// LengthOf is the length of the reads under a context.
func LengthOf(ctx context.Context) Length {
	l, _ := ctx.Value(lengthKey{}).(Length)
	return l
}
