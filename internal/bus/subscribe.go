package bus

import (
	"context"
	"time"

	"github.com/redis/rueidis"

	"parley/internal/chat"
)

// Subscribe implements chat.Bus: it returns when the server has confirmed the topics.
func (r *Redis) Subscribe(ctx context.Context, topics ...chat.Topic) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var fresh []string
	var waits []chan struct{}
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return ErrClosed
	}
	for _, t := range topics {
		name := channelOf(r.o.Prefix, t)
		s := r.wanted[name]
		if s == nil {
			s = &subscription{topic: t}
			r.wanted[name] = s
			fresh = append(fresh, name)
		}
		if !s.confirmed {
			wait := make(chan struct{})
			s.waiting = append(s.waiting, wait)
			waits = append(waits, wait)
		}
	}
	conn := r.conn
	r.mu.Unlock()
	if conn != nil && len(fresh) > 0 {
		r.subscribe(conn, fresh)
	}
	for _, wait := range waits {
		select {
		case <-wait:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-r.ctx.Done():
			return ErrClosed
		}
	}
	return nil
}

// subscribe asks for topics, many in one command. Whether it was heard shows in the
// confirmations; a connection that fails is replaced, and all that is wanted is asked for
// again.
func (r *Redis) subscribe(c rueidis.DedicatedClient, names []string) {
	for len(names) > 0 {
		n := min(len(names), topicsAtOnce)
		ctx, cancel := context.WithTimeout(r.ctx, 2*time.Second)
		err := c.Do(ctx, c.B().Subscribe().Channel(names[:n]...).Build()).Error()
		cancel()
		if err != nil && r.ctx.Err() == nil {
			r.o.Log.Debug("subscribing failed; the connection is made anew", "err", err)
		}
		names = names[n:]
	}
}

// confirmed is told of each topic that the server has confirmed.
func (r *Redis) confirmed(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.wanted[name]
	if s == nil {
		return // no longer wanted
	}
	s.confirmed = true
	for _, wait := range s.waiting {
		close(wait)
	}
	s.waiting = nil
}

// Unsubscribe implements chat.Bus.
func (r *Redis) Unsubscribe(topics ...chat.Topic) {
	names := r.channels(topics)
	r.mu.Lock()
	conn, closed := r.conn, r.closed
	for _, name := range names {
		if s := r.wanted[name]; s != nil {
			for _, wait := range s.waiting {
				close(wait)
			}
			delete(r.wanted, name)
		}
	}
	r.mu.Unlock()
	if conn == nil || closed || len(names) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, publishTimeout)
	defer cancel()
	_ = conn.Do(ctx, conn.B().Unsubscribe().Channel(names...).Build()).Error() // notices that still come find nobody
}

// listen keeps a connection that subscribes to all that is wanted.
func (r *Redis) listen() {
	first := true
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		client, err := rueidis.NewClient(r.client)
		if err == nil {
			began := time.Now()
			r.listenOn(client, first)
			client.Close()
			first = false
			if time.Since(began) > time.Second {
				pause = firstPause
			}
		}
		if !r.pause(pause) {
			return
		}
	}
}

// listenOn subscribes over one connection until it ends, or answers no more.
func (r *Redis) listenOn(client rueidis.Client, first bool) {
	conn, release := client.Dedicate()
	defer release()
	ended := conn.SetPubSubHooks(rueidis.PubSubHooks{
		OnMessage: r.receive,
		OnSubscription: func(s rueidis.PubSubSubscription) {
			if s.Kind == "subscribe" {
				r.confirmed(s.Channel)
			}
		},
	})
	r.mu.Lock()
	names := make([]string, 0, len(r.wanted))
	for name, s := range r.wanted {
		s.confirmed = false
		names = append(names, name)
	}
	r.conn, r.heard = conn, time.Now()
	r.mu.Unlock()
	r.counts.Connects.Add(1)
	r.subscribe(conn, names)
	if !first {
		r.o.Log.Info("subscribed again", "topics", len(names))
		r.tellLost() // whatever was published meanwhile went by
	}
	watch := time.NewTicker(echoEvery)
	defer watch.Stop()
	for alive := true; alive; {
		select {
		case err := <-ended:
			if r.ctx.Err() == nil {
				r.o.Log.Warn("the connection to Redis has ended; making a new one", "err", err)
			}
			alive = false
		case <-watch.C:
			r.mu.Lock()
			alive = time.Since(r.heard) < echoLost
			r.mu.Unlock()
		case <-r.ctx.Done():
			alive = false
		}
	}
	r.mu.Lock()
	r.conn = nil
	r.mu.Unlock()
}
