package gate

import (
	"encoding/binary"
	"time"

	"github.com/gobwas/ws"

	"parley/wire"
)

// goodbye is frame 26.
func goodbye(code wire.GoodbyeCode, reason string, after time.Duration) []byte {
	n := wire.GoodbyeNotice{Code: code, Reason: reason, Reconnect: code.Reconnect(), AfterMS: after.Milliseconds()}
	return n.AppendJSON(nil)
}

// The statuses of close frames (RFC 6455, section 7.4.1).
const (
	statusNormal    = 1000
	statusGoingAway = 1001
	statusProtocol  = 1002
	statusNoStatus  = 1005 // never sent
	statusAbnormal  = 1006 // never sent
	statusNotUTF8   = 1007
	statusTooBig    = 1009
	statusTryLater  = 1013
	statusTLSFailed = 1015 // never sent
)

const (
	opClose    = byte(ws.OpClose)
	opPong     = byte(ws.OpPong)
	maxControl = ws.MaxControlFramePayloadSize
	closeBye   = wire.ByeNotJSON // frame 26 of a connection that breaks the protocol
)

// appendControl appends an unmasked control frame; body is at most maxControl long.
func appendControl(dst []byte, op byte, body []byte) []byte {
	return append(append(dst, 0x80|op, byte(len(body))), body...)
}

func statusBody(status uint16) []byte { return binary.BigEndian.AppendUint16(nil, status) }
