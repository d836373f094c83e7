// Package bench is the load generator of `parley bench`: it makes users, has them send
// and receive through the SDK, measures, and keeps an exact account of every message.
//
// It knows the server from outside only, so it can be pointed at any installation. It
// is also a package for harnesses that break the server meanwhile:
//
//	report, err := bench.Run(ctx, bench.Options{
//		Servers: []string{"tcp://127.0.0.1:6000"}, Users: 20, Duration: time.Minute, Verify: true,
//	})
//	if err == nil && !report.Clean() { … report.Findings … }
//
// The account rests on what each message says of itself: the text of a message carries
// the run, the sender and the sender's own number, so that whoever displays it, and
// whoever reads it in the log, knows which message it is.
package bench
