package bus

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"

	"parley/internal/chat"
)

// How long Redis may take before it counts as away.
const (
	dialTimeout    = time.Second
	publishTimeout = 500 * time.Millisecond
	echoEvery      = 300 * time.Millisecond  // how often this end makes sure that it hears what it says
	echoLate       = 1200 * time.Millisecond // an echo that is away for so long means trouble
	echoLost       = 3 * time.Second         // and for so long, a new connection
	firstPause     = 50 * time.Millisecond   // between two attempts to connect, at first
	longestPause   = 500 * time.Millisecond
	tellTimeout    = 2 * time.Second        // for one command that subscribes
	hopeless       = 500 * time.Millisecond // without a connection for so long, nobody waits for one
	hopeEvery      = 100 * time.Millisecond // how often who waits looks whether to go on
	atOnce         = 128                    // notices in one round trip
	topicsAtOnce   = 1000                   // topics in one command
)

// DefaultBytes is how many bytes of notices may wait in either direction.
const DefaultBytes = 32 << 20

// errSilent is of a server that takes what it is sent and says nothing.
var errSilent = errors.New("Redis does not answer")

// RedisOptions say where Redis is and how much may wait. Zero values take the defaults.
type RedisOptions struct {
	// URL is redis://[user:password@]host:port[/db], rediss:// for TLS, or, with
	// ?master_set=NAME, the address of Sentinels (?addr=host:port names further ones).
	// Valkey speaks the same.
	URL      string
	Prefix   string // of the channels' names, default "parley:"
	Receiver chat.Receiver
	Queue    int // notices that may wait in either direction, default DefaultQueue
	Bytes    int // and how large they may be together, in bytes on their way, default DefaultBytes
	Log      *slog.Logger
}

// Redis is a node's end of a bus over Redis pub/sub. One connection subscribes, and
// others publish. Nobody ever waits for it but who subscribes: what cannot be published
// in time is dropped and counted, Health says so, and the comparison with the database
// finds what it told.
type Redis struct {
	// Static.
	o      RedisOptions
	client rueidis.ClientOption
	self   string // this end's mark on what it publishes
	echo   string // the channel on which it hears itself
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	out    chan outgoing
	in     chan incoming
	nudged chan struct{} // something is to be told to the server

	outBytes, inBytes atomic.Int64 // that wait in out and in
	lost              atomic.Bool  // something did not come, and the receiver does not know yet

	counts RedisCounts

	// Guarded by mu: what is subscribed to.
	mu             sync.Mutex
	closed         bool
	wanted         map[string]*subscription // by channel
	changed        map[string]struct{}      // channels of which the server is to be told
	asked          map[string]bool          // and those it was told of: subscribed or not
	allAnswered    chan struct{}            // closed when it has confirmed the asked
	settled        bool                     // it has confirmed all that was wanted when this connection began
	owed           bool                     // once all are confirmed, the receiver is to be told that it missed something
	conn           rueidis.DedicatedClient  // that subscribes; nil while there is none
	since          time.Time                // since when there is none
	failedToListen error                    // why there is none
	heard          time.Time                // the last echo
	// Guarded by mu: what is published.
	failure error     // why nothing can be published; nil if it can
	dropped time.Time // when something was dropped last
}

// RedisCounts count what happens; they only grow.
type RedisCounts struct {
	Published, Received, Dropped, Lost, Connects, Unreadable atomic.Int64
}

type outgoing struct {
	channel, text string
}

type incoming struct {
	topic  chat.Topic
	notice chat.Notice
	size   int64
}

var _ chat.Bus = (*Redis)(nil)

// OpenRedis makes a node's end. The errors are those of the URL alone: Redis may be away
// now, and Health says so.
func OpenRedis(o RedisOptions) (*Redis, error) {
	client, err := redisURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Prefix == "" {
		o.Prefix = "parley:"
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Bytes <= 0 {
		o.Bytes = DefaultBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	mark := make([]byte, 8)
	_, _ = rand.Read(mark) // never fails
	r := &Redis{
		o: o, client: client, self: hex.EncodeToString(mark),
		out: make(chan outgoing, o.Queue), in: make(chan incoming, o.Queue),
		nudged: make(chan struct{}, 1),
		wanted: map[string]*subscription{}, changed: map[string]struct{}{}, asked: map[string]bool{},
		since: time.Now(),
	}
	r.echo = o.Prefix + "echo:" + r.self
	r.wanted[r.echo] = &subscription{}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.wg.Go(r.listen)
	r.wg.Go(r.speak)
	r.wg.Go(r.deliver)
	return r, nil
}

// CheckRedis returns what is wrong with a URL, without connecting.
func CheckRedis(url string) error {
	_, err := redisURL(url)
	return err
}

// redisURL reads the address, with an error that says what is wrong and never tells the
// password.
func redisURL(address string) (rueidis.ClientOption, error) {
	u, err := url.Parse(address)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return rueidis.ClientOption{}, fmt.Errorf("the Redis URL cannot be read (%w); write redis://host:port", err)
	}
	switch {
	case u.Scheme != "redis" && u.Scheme != "rediss" && u.Scheme != "valkey" && u.Scheme != "valkeys":
		return rueidis.ClientOption{}, fmt.Errorf("the Redis URL begins with %q; write redis://host:port, or rediss:// for TLS", u.Scheme)
	case u.Hostname() == "":
		return rueidis.ClientOption{}, errors.New("the Redis URL names no host; write redis://host:port")
	}
	for key := range u.Query() {
		if key != "master_set" && key != "addr" && key != "db" {
			return rueidis.ClientOption{}, fmt.Errorf("the Redis URL has an unknown parameter %q; there are master_set, addr and db", key)
		}
	}
	c, err := rueidis.ParseURL(address)
	if err != nil {
		return rueidis.ClientOption{}, fmt.Errorf("the Redis URL %s://%s%s cannot be used: %w", u.Scheme, u.Host, u.Path, err)
	}
	c.Dialer = net.Dialer{Timeout: dialTimeout, KeepAlive: time.Second}
	c.Sentinel.Dialer = c.Dialer
	c.ConnWriteTimeout = time.Second
	c.DisableCache, c.DisableRetry = true, true
	c.RingScaleEachConn, c.BlockingPoolSize = 8, 4
	c.ForceSingleClient = c.Sentinel.MasterSet == ""
	return c, nil
}

// pause waits and reports whether the bus is still open.
func (r *Redis) pause(d time.Duration) bool {
	return chat.Pause(chat.SystemClock{}, d, r.ctx.Done())
}

// Publish implements chat.Bus.
func (r *Redis) Publish(n chat.Notice, topics ...chat.Topic) {
	if r.ctx.Err() != nil {
		return
	}
	if n.Typing != nil && len(r.out) > r.o.Queue/2 {
		return // the first to be left out; nobody misses it
	}
	text := encodeNotice(r.self, &n)
	if len(text) > MaxNotice {
		if first, second, ok := halves(&n); ok {
			r.Publish(first, topics...)
			r.Publish(second, topics...)
			return
		}
		r.o.Log.Error("a notice is too long; nodes find its content in the database", "bytes", len(text))
		r.drop(len(topics))
		return
	}
	message := string(text)
	size := int64(len(message))
	for _, t := range topics {
		if r.outBytes.Add(size) > int64(r.o.Bytes) {
			r.outBytes.Add(-size)
			r.drop(1)
			continue
		}
		select {
		case r.out <- outgoing{channelOf(r.o.Prefix, t), message}:
		default:
			r.outBytes.Add(-size)
			r.drop(1)
		}
	}
}

func (r *Redis) drop(n int) {
	r.counts.Dropped.Add(int64(n))
	r.mu.Lock()
	r.dropped = time.Now()
	r.mu.Unlock()
}

// speak publishes what is queued, many in one round trip. While that fails, what comes
// is dropped at once, and Redis is asked again and again whether it is back.
func (r *Redis) speak() {
	var client rueidis.Client
	defer func() {
		if client != nil {
			client.Close()
		}
	}()
	echo := time.NewTicker(echoEvery)
	defer echo.Stop()
	var batch []outgoing
	for {
		batch = batch[:0]
		select {
		case o := <-r.out:
			batch = append(batch, o)
		case <-echo.C:
			batch = append(batch, outgoing{r.echo, ""})
		case <-r.ctx.Done():
			return
		}
		for more := true; more && len(batch) < atOnce; {
			select {
			case o := <-r.out:
				batch = append(batch, o)
			default:
				more = false
			}
		}
		for _, o := range batch {
			r.outBytes.Add(-int64(len(o.text)))
		}
		if r.broken() != nil && batch[0].channel != r.echo {
			r.drop(len(batch)) // only an echo tries whether it works again
			continue
		}
		if client == nil {
			var err error
			if client, err = rueidis.NewClient(r.client); err != nil {
				r.broke(fmt.Errorf("no connection to Redis: %w", err), len(batch))
				continue
			}
		}
		if err := r.publish(client, batch); err != nil {
			r.broke(fmt.Errorf("publishing failed: %w", err), len(batch))
			client.Close()
			client = nil
			continue
		}
		r.broke(nil, 0)
	}
}

func (r *Redis) publish(c rueidis.Client, batch []outgoing) error {
	ctx, cancel := context.WithTimeout(r.ctx, publishTimeout)
	defer cancel()
	cmds := make([]rueidis.Completed, len(batch))
	for i, o := range batch {
		cmds[i] = c.B().Publish().Channel(o.channel).Message(o.text).Build()
	}
	for _, result := range c.DoMulti(ctx, cmds...) {
		if err := result.Error(); err != nil {
			return err
		}
	}
	r.counts.Published.Add(int64(len(batch)))
	return nil
}

func (r *Redis) broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// broke records why nothing can be published, nil for that it can.
func (r *Redis) broke(err error, dropped int) {
	if dropped > 0 {
		r.drop(dropped)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = err
}

// Alone implements chat.Bus.
func (r *Redis) Alone() bool { return false }

// Mute implements chat.Bus.
func (r *Redis) Mute() bool { return false }

// Health implements chat.Bus.
func (r *Redis) Health() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	switch {
	case r.closed:
		return ErrClosed
	case r.conn == nil:
		return r.disconnected()
	case r.failure != nil:
		return r.failure
	case now.Sub(r.heard) > echoLate:
		return errSilent
	case !r.settled:
		return errors.New("the topics are not all subscribed to yet")
	case now.Sub(r.dropped) < echoLate:
		return errors.New("notices were dropped: more are published than Redis takes")
	}
	return nil
}

// disconnected tells why there is no connection that subscribes. It is called under the
// lock.
func (r *Redis) disconnected() error {
	if r.failedToListen != nil {
		return fmt.Errorf("no connection to Redis: %w", r.failedToListen)
	}
	return errors.New("no connection to Redis")
}

// Counts are the bus's own.
func (r *Redis) Counts() *RedisCounts { return &r.counts }

// deliver hands on what has come, one notice at a time.
func (r *Redis) deliver() {
	for {
		select {
		case d := <-r.in:
			r.inBytes.Add(-d.size)
			if r.lost.Swap(false) {
				r.counts.Lost.Add(1)
				r.o.Receiver.Lost()
			}
			if d.topic != (chat.Topic{}) {
				r.o.Receiver.Receive(d.topic, d.notice)
			}
		case <-r.ctx.Done():
			return
		}
	}
}

// tellLost has the receiver told that something may have been missed.
func (r *Redis) tellLost() {
	r.lost.Store(true)
	select {
	case r.in <- incoming{}:
	default: // it is full: who empties it is told
	}
}

// receive takes a message off the connection's own goroutine, which must not be held up.
func (r *Redis) receive(m rueidis.PubSubMessage) {
	if m.Channel == r.echo {
		r.mu.Lock()
		r.heard = time.Now()
		r.mu.Unlock()
		return
	}
	t, ok := topicOf(r.o.Prefix, m.Channel)
	e, err := decodeNotice(m.Message)
	if !ok || err != nil {
		if n := r.counts.Unreadable.Add(1); n&(n-1) == 0 { // the 1st, 2nd, 4th, 8th, …
			r.o.Log.Warn("notices on Redis cannot be read, perhaps from a node of another version; their content is found in the database", "channel", m.Channel, "err", err, "so far", n)
		}
		return
	}
	if e.From == r.self {
		return
	}
	r.counts.Received.Add(1)
	size := int64(len(m.Message))
	if r.inBytes.Add(size) > int64(r.o.Bytes) {
		r.inBytes.Add(-size)
		r.tellLost()
		return
	}
	select {
	case r.in <- incoming{t, e.Notice, size}:
	default:
		r.inBytes.Add(-size)
		r.lost.Store(true)
	}
}

// Close implements chat.Bus. When it returns, the receiver is called no more.
func (r *Redis) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.wg.Wait()
	return nil
}
