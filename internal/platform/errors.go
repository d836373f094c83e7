package platform

import (
	"errors"
	"net"
)

// MayAcceptAgain reports whether an accept that failed with err may work again by itself:
// too few descriptors or too little memory, or a client that gave up.
func MayAcceptAgain(err error) bool {
	for _, e := range acceptLater {
		if errors.Is(err, e) {
			return true
		}
	}
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
