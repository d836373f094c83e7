package gate

import "time"

// class is what a frame counts as when it comes to rates.
type class uint8

const (
	// traffic is what flows all the time: chat frames, what was received, heartbeats.
	// Past its rate nothing is refused: the connection is read more slowly, so that no
	// send_seq is lost and nobody has to repeat anything.
	traffic class = iota
	// request is everything a person asks for now and then; past its rate it is
	// refused with RateLimited.
	request
	// account is registration and login, refused in the same way.
	account
	classes
)

// Rate is how many frames a second one connection may send, and how many it may send
// at once after it was quiet.
type Rate struct {
	PerSecond float64 // 0: the default; below 0: no limit
	Burst     int     // 0: the default
}

// Rates are the limits of one connection by class of frame.
type Rates struct {
	Traffic  Rate // chat, received, heartbeat: default 20,000 a second, 20,000 at once
	Requests Rate // everything else: default 100 a second, 500 at once
	Accounts Rate // registration and login: default 2 a second, 20 at once
}

// WithDefaults returns the rates with the defaults where nothing is set.
func (r Rates) WithDefaults() Rates {
	r.Traffic.defaultTo(20_000, 20_000)
	r.Requests.defaultTo(100, 500)
	r.Accounts.defaultTo(2, 20)
	return r
}

func (r *Rate) defaultTo(perSecond float64, burst int) {
	if r.PerSecond == 0 {
		r.PerSecond = perSecond
	}
	defaultTo(&r.Burst, burst)
}

func (r Rates) paces() (p [classes]pace) {
	r = r.WithDefaults()
	for class, rate := range map[class]Rate{traffic: r.Traffic, request: r.Requests, account: r.Accounts} {
		p[class] = rate.pace(rate.PerSecond, rate.Burst)
	}
	return p
}

// pace makes a pace of a rate, with these defaults.
func (r Rate) pace(perSecond float64, burst int) pace {
	r.defaultTo(perSecond, burst)
	if r.PerSecond < 0 {
		return pace{}
	}
	every := time.Duration(float64(time.Second) / r.PerSecond)
	return pace{every: every, burst: every * time.Duration(r.Burst)}
}

// pace is a Rate as a bucket needs it. The zero pace lets everything through.
type pace struct {
	every time.Duration // one frame's share of time
	burst time.Duration // how far a bucket may run ahead
}

// faultPace is how many faulty frames (unreadable, unknown, in another's name) a
// connection may send before it is closed: 100 in a row, 100 in ten seconds.
var faultPace = Rate{PerSecond: 10, Burst: 100}.pace(0, 0)

// bucket is a token bucket in eight bytes (GCRA): the time at which it is full again.
// Times are counted from any moment before the first use.
type bucket time.Duration

// take takes one token, or says how long it is until there is one.
func (b *bucket) take(now time.Duration, p pace) (wait time.Duration) {
	if p.every == 0 {
		return 0
	}
	full := max(time.Duration(*b), now)
	if ahead := full + p.every - now; ahead > p.burst {
		return ahead - p.burst
	}
	*b = bucket(full + p.every)
	return 0
}

func defaultTo[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}
