// Package wire is Parley's protocol: what frames there are, how they are written and
// read, how a stream is cut into them, the codes and the limits. It knows nothing of
// sockets and of what frames do. docs/protocol.md is the reference for other
// languages, and is held against this package by its tests.
//
// A server cuts a stream with a [Cutter], reads requests with [DecodeRequest] and
// writes its answers with their AppendJSON. A client writes a [Request] with its
// AppendJSON and reads what comes with [DecodeServer]. All of it is free of locks and
// goroutines; values must not be shared without one's own.
package wire
