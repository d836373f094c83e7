package wire

// Framing says how the frames of one connection are separated.
type Framing uint8

// The framings.
const (
	Lines     Framing = iota // one after the other; the server ends each with \n
	WebSocket                // each frame is one text message
)

// AppendFramed appends frame, which is one JSON object, as the server sends it: followed by a
// newline, or after the header of an unmasked WebSocket text message.
func AppendFramed(dst []byte, f Framing, frame []byte) []byte {
	if f == Lines {
		dst = append(dst, frame...)
		return append(dst, '\n')
	}
	dst = AppendTextHeader(dst, len(frame))
	return append(dst, frame...)
}

// AppendTextHeader appends the header of an unmasked WebSocket text message of length bytes, in
// one fragment (RFC 6455, section 5.2).
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
