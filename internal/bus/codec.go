package bus

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"parley/internal/chat"
)

// A notice on its way between nodes is one byte, the format, and then fields as protocol
// buffers have them (protobuf.dev/programming-guides/encoding): a number, a type and a
// value each. Neighbouring versions run side by side. So a number keeps its meaning for
// ever and is never given to another field, what is new gets a new number, and a reader
// passes over numbers that it does not know. Zero values are left out.
// The format changes only if that is not enough; a reader drops and counts what comes in
// another one, for no notice is the only carrier.
const format = 1

// MaxNotice is how many bytes one notice may have on its way; messages that are more are
// published in several.
const MaxNotice = 1 << 20

// envelope is a notice with the node's end that published it, so that it does not hear
// itself.
type envelope struct {
	From   string
	Notice chat.Notice
}

var (
	errUnknownNotice = errors.New("bus: a notice of a kind that this version does not know")
	errFormat        = errors.New("bus: a notice in a format that this version does not know")
)

// fields writes the fields of one value.
type fields []byte

func (f *fields) num(n protowire.Number, v int64) {
	if v != 0 {
		*f = protowire.AppendVarint(protowire.AppendTag(*f, n, protowire.VarintType), uint64(v)) //nolint:gosec // its bits
	}
}

func (f *fields) yes(n protowire.Number, v bool) {
	if v {
		f.num(n, 1)
	}
}

func (f *fields) text(n protowire.Number, v string) {
	if v != "" {
		*f = protowire.AppendString(protowire.AppendTag(*f, n, protowire.BytesType), v)
	}
}

// when keeps milliseconds, as the database does.
func (f *fields) when(n protowire.Number, v time.Time) {
	if !v.IsZero() {
		f.num(n, v.UnixMilli())
	}
}

// inner writes a value that has fields itself. Its length is written last, in as many
// bytes as a length below MaxNotice and more ever needs.
func (f *fields) inner(n protowire.Number, write func(*fields)) {
	const room = 4
	*f = append(protowire.AppendTag(*f, n, protowire.BytesType), 0x80, 0x80, 0x80, 0)
	start := len(*f)
	write(f)
	size := len(*f) - start
	for i := range room {
		(*f)[start-room+i] |= byte(size >> (7 * i) & 0x7f)
	}
}

// read calls each for every field: v is a number, and data what has bytes.
func read(b []byte, each func(n protowire.Number, v int64, data []byte) error) error {
	for len(b) > 0 {
		n, kind, size := protowire.ConsumeTag(b)
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		var v uint64
		var data []byte
		switch kind {
		case protowire.VarintType:
			v, size = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			data, size = protowire.ConsumeBytes(b)
		default: // of no version up to this one
			size = protowire.ConsumeFieldValue(n, kind, b)
		}
		if size < 0 {
			return protowire.ParseError(size)
		}
		b = b[size:]
		if kind != protowire.VarintType && kind != protowire.BytesType {
			continue
		}
		if err := each(n, int64(v), data); err != nil { //nolint:gosec // its bits
			return err
		}
	}
	return nil
}

func encodeNotice(from string, n *chat.Notice) []byte {
	f := make(fields, 1, 256)
	f[0] = format
	f.text(1, from)
	f.num(2, n.No)
	if m := n.Messages; m != nil {
		f.inner(3, func(f *fields) { writeMessages(f, m) })
	}
	if p := n.Presence; p != nil {
		f.inner(4, func(f *fields) { writePresence(f, p) })
	}
	if t := n.Takeover; t != nil {
		f.inner(5, func(f *fields) {
			f.num(1, int64(t.Device))
			f.num(2, int64(t.Session))
			f.yes(3, t.Revoked)
		})
	}
	if c := n.People; c != nil {
		f.inner(6, func(f *fields) { writePeople(f, c) })
	}
	if r := n.Read; r != nil {
		f.inner(7, func(f *fields) {
			f.inner(1, func(f *fields) { writeConv(f, &r.Conv) })
			f.num(2, r.Seq)
			f.num(3, int64(r.From))
		})
	}
	if b := n.Beat; b != nil {
		f.inner(8, func(f *fields) {
			f.num(1, int64(b.Node))
			f.text(2, b.Name)
			f.yes(3, b.Renewed)
		})
	}
	if r := n.Rev; r != nil {
		f.inner(9, func(f *fields) {
			f.inner(1, func(f *fields) { writeConv(f, &r.Conv) })
			f.num(2, r.Version)
			f.num(3, r.LastRev)
		})
	}
	if s := n.Settings; s != nil {
		f.inner(10, func(f *fields) {
			f.inner(1, func(f *fields) { writeConv(f, &s.Conv) })
			f.inner(2, func(f *fields) { writeSettings(f, &s.Settings) })
		})
	}
	if r := n.Receipts; r != nil {
		f.inner(11, func(f *fields) { writeReceipts(f, r) })
	}
	if t := n.Typing; t != nil {
		f.inner(12, func(f *fields) { writeTyping(f, t) })
	}
	return f
}

func decodeNotice(text string) (e envelope, err error) {
	switch {
	case len(text) > 2*MaxNotice:
		return e, fmt.Errorf("bus: a notice of %d bytes", len(text))
	case text == "" || text[0] != format:
		return e, errFormat
	}
	n := &e.Notice
	known, strange := false, false
	err = read([]byte(text[1:]), func(field protowire.Number, v int64, data []byte) error {
		switch field {
		case 1:
			e.From = string(data)
			return nil
		case 2:
			n.No = v
			return nil
		}
		had, err := readPart(n, field, data)
		known, strange = known || had, strange || !had
		return err
	})
	if err == nil && !known && (strange || n.No == 0) { // nothing but a number is a notice too
		err = errUnknownNotice
	}
	return e, err
}

// readPart reads one of the things that a notice can say; known is false for what this version
// does not know.
func readPart(n *chat.Notice, field protowire.Number, data []byte) (known bool, err error) {
	switch field {
	case 3:
		n.Messages, err = readMessages(data)
	case 4:
		n.Presence, err = readPresence(data)
	case 5:
		n.Takeover, err = readTakeover(data)
	case 6:
		n.People, err = readPeople(data)
	case 7:
		n.Read, err = readRead(data)
	case 8:
		n.Beat, err = readBeat(data)
	case 9:
		n.Rev, err = readRev(data)
	case 10:
		n.Settings, err = readSettingsNotice(data)
	case 11:
		n.Receipts, err = readReceipts(data)
	case 12:
		n.Typing, err = readTyping(data)
	default:
		return false, nil
	}
	return true, err
}
