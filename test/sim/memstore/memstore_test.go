package memstore_test

import (
	"testing"

	"parley/internal/chat"
	"parley/internal/store/storetest"
	"parley/test/sim/memstore"
)

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) storetest.Store { return memstore.New().Open(chat.SystemClock{}, nil) })
}
