package bus

import (
	"context"
	"errors"

	"parley/internal/chat"
)

// None is a bus that carries nothing, for nodes that share a database and no Redis: they
// find out everything by comparing with the database.
type None struct{}

var _ chat.Bus = None{}

// Publish implements chat.Bus: nobody hears it.
func (None) Publish(chat.Notice, ...chat.Topic) {}

// Subscribe implements chat.Bus: there is nothing to be missed.
func (None) Subscribe(context.Context, ...chat.Topic) error { return nil }

// Unsubscribe implements chat.Bus.
func (None) Unsubscribe(...chat.Topic) {}

// Health implements chat.Bus: it never carries.
func (None) Health() error {
	return errors.New("no bus is configured; name a Redis with --bus")
}

// Alone implements chat.Bus: other nodes may share the database.
func (None) Alone() bool { return false }

// Mute implements chat.Bus.
func (None) Mute() bool { return true }

// Close implements chat.Bus.
func (None) Close() error { return nil }
