package seal

import (
	"bytes"
	"testing"
)

// FuzzOpener: whatever comes in the place of sealed frames, only what the sealer made, in
// its order, is opened, and after the first other one nothing.
func FuzzOpener(f *testing.F) {
	session := Session{Secret: make([]byte, 32), Nonce: make([]byte, 32)}
	sealer := must(session.Sealer(FromClient))
	pieces := []string{`{"msgid":11}` + "\n", "", `{"msgid":4,"to":2,"msg":"hello"}` + "\n"}
	var all []byte
	for _, p := range pieces {
		frame := must(sealer.AppendFrame(nil, []byte(p)))
		f.Add(frame)
		all = append(append(all, frame...), '\n')
	}
	f.Add(all)
	f.Add(bytes.Replace(all, []byte("A"), []byte("B"), 1))
	f.Add([]byte(`{"data":"AAAA","msgid":25}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		opener := must(session.Opener(FromClient))
		opened, failed := 0, false
		buf := make([]byte, 0, 64)
		for frame := range bytes.SplitSeq(in, []byte("\n")) {
			piece, err := opener.Open(buf, frame)
			switch {
			case err != nil:
				failed = true
			case failed:
				t.Fatalf("%s was opened after a frame that was not", frame)
			case opened >= len(pieces) || string(piece) != pieces[opened]:
				t.Fatalf("%s was opened as %q", frame, piece)
			default:
				opened++
			}
		}
	})
}

// FuzzSealKeys: keys come from files and from servers.
func FuzzSealKeys(f *testing.F) {
	key, err := testKey()
	if err != nil {
		f.Fatal(err)
	}
	private, err := key.PEM()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(private)
	f.Add([]byte(key.Public()))
	f.Fuzz(func(t *testing.T, in []byte) {
		if keys, err := ParseKeys(in); err == nil && len(keys) == 0 {
			t.Error("no keys and no error")
		}
		if k, err := ParsePublicKey(string(in)); err == nil && len(k.Fingerprint) != FingerprintLen {
			t.Errorf("the fingerprint %s", k.Fingerprint)
		}
	})
}
