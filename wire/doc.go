// Package wire is Parley's protocol in Go: the frames, how they are written and read, how a
// stream is cut into frames, the error codes and the limits. It does not know sockets, and it
// does not know what a frame does. docs/protocol.md describes the protocol for other languages;
// tests compare it with this package.
//
// A frame is one JSON object. Its msgid says what kind of frame it is.
//
//   - A client fills a [Request], marks its fields with [Request.Set], and writes it with
//     [Request.AppendJSON]. It reads the server's frames with [DecodeServer].
//   - A server cuts the stream with a [Cutter] and reads each object with [DecodeRequest]. It
//     answers with one of the structs of this package, for example [AckReply], and its AppendJSON.
//
// AppendJSON writes no framing: [AppendFramed] adds the newline of a TCP connection, or the
// header of a WebSocket message.
//
// The package has no locks and no goroutines. A function may run many times at once, but one
// value (a Request, a Cutter, a frame) belongs to one goroutine at a time.
package wire
