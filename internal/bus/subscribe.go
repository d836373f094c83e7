package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"parley/internal/chat"
)

// subscription is a topic that is wanted.
type subscription struct {
	confirmed bool
	done      chan struct{} // closed when it is confirmed, or wanted no more; nil if nobody waits
}

// wait is closed when the topic is confirmed. It is called under the lock.
func (s *subscription) wait() <-chan struct{} {
	if s.done == nil {
		s.done = make(chan struct{})
	}
	return s.done
}

func (s *subscription) wake() {
	if s.done != nil {
		close(s.done)
		s.done = nil
	}
}

// Subscribe implements chat.Bus: it returns when the server has confirmed the topics.
// While Redis is away it returns an error within half a second, however long the context
// would wait, for a node goes on without Redis. The topics stay wanted, and the receiver's
// Lost tells when they are confirmed at last.
func (r *Redis) Subscribe(ctx context.Context, topics ...chat.Topic) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return ErrClosed
	}
	var waits []<-chan struct{}
	for _, t := range topics {
		name := channelOf(r.o.Prefix, t)
		s := r.wanted[name]
		if s == nil {
			s = &subscription{}
			r.wanted[name] = s
			r.changed[name] = struct{}{}
		}
		if !s.confirmed {
			waits = append(waits, s.wait())
		}
	}
	r.mu.Unlock()
	if len(waits) == 0 {
		return nil
	}
	r.nudge()
	err := r.await(ctx, waits)
	if err != nil {
		r.mu.Lock()
		r.owed = true
		r.mu.Unlock()
		r.nudge() // should all be confirmed by now, it is told now
	}
	return err
}

// await waits for confirmations as long as there is hope for them.
func (r *Redis) await(ctx context.Context, waits []<-chan struct{}) error {
	if err := r.away(); err != nil {
		return err
	}
	look := time.NewTicker(hopeEvery)
	defer look.Stop()
	for len(waits) > 0 {
		select {
		case <-waits[0]:
			waits = waits[1:]
		case <-look.C:
			if err := r.away(); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-r.ctx.Done():
			return ErrClosed
		}
	}
	return nil
}

// away tells why no confirmation is to be expected now, nil if one is.
func (r *Redis) away() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch now := time.Now(); {
	case r.conn == nil && now.Sub(r.since) > hopeless:
		return r.disconnected()
	case r.conn != nil && now.Sub(r.heard) > echoLate:
		return errSilent
	}
	return nil
}

// Unsubscribe implements chat.Bus; it never waits.
func (r *Redis) Unsubscribe(topics ...chat.Topic) {
	r.mu.Lock()
	for _, t := range topics {
		name := channelOf(r.o.Prefix, t)
		if s := r.wanted[name]; s != nil {
			s.wake()
			delete(r.wanted, name)
			r.changed[name] = struct{}{}
		}
	}
	r.mu.Unlock()
	r.nudge()
}

// nudge has the one who tends the connection look at what has changed.
func (r *Redis) nudge() {
	select {
	case r.nudged <- struct{}{}:
	default: // he will look anyway
	}
}

// listen keeps a connection that subscribes to all that is wanted.
func (r *Redis) listen() {
	pause := chat.Backoff{First: firstPause, Longest: longestPause}
	for {
		client, err := rueidis.NewClient(r.client)
		if err == nil {
			began := time.Now()
			err = r.listenOn(client)
			client.Close()
			if time.Since(began) > time.Second {
				pause.Reset()
			}
			if r.ctx.Err() == nil {
				r.o.Log.Warn("the subscribing connection to Redis has ended; making a new one", "err", err)
			}
		}
		r.mu.Lock()
		r.failedToListen = err
		r.mu.Unlock()
		if !r.pause(pause.Next()) {
			return
		}
	}
}

// listenOn subscribes over one connection until it ends, or answers no more.
func (r *Redis) listenOn(client rueidis.Client) error {
	conn, release := client.Dedicate()
	defer release()
	ended := conn.SetPubSubHooks(rueidis.PubSubHooks{
		OnMessage:      r.receive,
		OnSubscription: func(a rueidis.PubSubSubscription) { r.answered(conn, a) },
	})
	r.mu.Lock()
	clear(r.changed) // what is unwanted was never asked for here
	for name := range r.wanted {
		r.changed[name] = struct{}{}
	}
	r.conn, r.heard, r.settled = conn, time.Now(), false
	r.mu.Unlock()
	r.counts.Connects.Add(1)
	err := r.tend(conn, ended)
	r.mu.Lock()
	for _, s := range r.wanted {
		s.confirmed = false
	}
	clear(r.asked)
	r.conn, r.since, r.owed = nil, time.Now(), true
	r.mu.Unlock()
	return err
}

// tend is alone in asking for topics on a connection, so that what was wanted last is
// what the server is told last.
func (r *Redis) tend(conn rueidis.DedicatedClient, ended <-chan error) error {
	watch := time.NewTicker(echoEvery)
	defer watch.Stop()
	r.nudge()
	for {
		select {
		case <-r.nudged:
			for more := true; more; {
				var err error
				if more, err = r.tell(conn, ended); err != nil {
					return err
				}
			}
		case err := <-ended:
			return fmt.Errorf("the connection was cut: %w", err)
		case <-watch.C:
			r.mu.Lock()
			silent := time.Since(r.heard) > echoLost
			r.mu.Unlock()
			if silent {
				return errSilent
			}
		case <-r.ctx.Done():
			return nil
		}
	}
}

// tell tells the server of some changes and waits until it has confirmed each of them. It
// reports whether there may be more.
func (r *Redis) tell(conn rueidis.DedicatedClient, ended <-chan error) (more bool, err error) {
	on, off, all := r.take()
	if all == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, tellTimeout)
	defer cancel()
	if len(off) > 0 {
		err = conn.Do(ctx, conn.B().Unsubscribe().Channel(off...).Build()).Error()
	}
	if err == nil && len(on) > 0 {
		err = conn.Do(ctx, conn.B().Subscribe().Channel(on...).Build()).Error()
	}
	if err != nil {
		return false, fmt.Errorf("subscribing failed: %w", err)
	}
	select {
	case <-all:
		return true, nil
	case err := <-ended:
		return false, fmt.Errorf("the connection was cut: %w", err)
	case <-ctx.Done():
		return false, fmt.Errorf("subscribing failed: %w", errors.Join(errSilent, ctx.Err()))
	}
}

// take returns topics to subscribe to and to end, as many as go into one command, and what
// is closed when the server has confirmed them all: nil if there is nothing to do. Then
// the receiver is told if it may have missed something while there was.
func (r *Redis) take() (on, off []string, all <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.changed {
		if len(on)+len(off) == topicsAtOnce {
			break
		}
		delete(r.changed, name)
		r.asked[name] = r.wanted[name] != nil
		if r.asked[name] {
			on = append(on, name)
		} else {
			off = append(off, name)
		}
	}
	if len(on)+len(off) > 0 {
		r.allAnswered = make(chan struct{})
		return on, off, r.allAnswered
	}
	r.settled = true
	if r.owed {
		r.owed = false
		r.tellLost()
	}
	return nil, nil, nil
}

// answered is told of each topic that the server has confirmed, on the connection's own
// goroutine.
func (r *Redis) answered(conn rueidis.DedicatedClient, a rueidis.PubSubSubscription) {
	on := a.Kind == "subscribe"
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn != conn {
		return // late, from a connection that was given up
	}
	s := r.wanted[a.Channel]
	if asked, ours := r.asked[a.Channel]; ours && asked == on {
		delete(r.asked, a.Channel)
		if len(r.asked) == 0 {
			close(r.allAnswered)
		}
	} else if !on && s != nil {
		// The server ended it by itself: ask again, and tell that it was away.
		s.confirmed, r.owed = false, true
		r.changed[a.Channel] = struct{}{}
		r.nudge()
	}
	if on && s != nil {
		s.confirmed = true
		s.wake()
	}
}
