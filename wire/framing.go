package wire

// Framing is how objects are told apart on a connection.
type Framing uint8

// The framings.
const (
	Lines     Framing = iota // a stream of objects; the server ends each with \n
	WebSocket                // one object a text message
)

// AppendFramed appends frame (one JSON object) as the server sends it: followed by
// a newline, or behind the header of an unmasked WebSocket text message.
func AppendFramed(dst []byte, f Framing, frame []byte) []byte {
	if f == Lines {
		dst = append(dst, frame...)
		return append(dst, '\n')
	}
	dst = AppendTextHeader(dst, len(frame))
	return append(dst, frame...)
}

// AppendTextHeader appends the header of an unmasked, final text message (RFC 6455,
// section 5.2).
func AppendTextHeader(dst []byte, length int) []byte {
	const finText = 0x81
	switch {
	case length < 126:
		return append(dst, finText, byte(length))
	case length < 1<<16:
		return append(dst, finText, 126, byte(length>>8), byte(length))
	default:
		n := uint64(length)
		return append(dst, finText, 127, byte(n>>56), byte(n>>48), byte(n>>40), byte(n>>32),
			byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
}
