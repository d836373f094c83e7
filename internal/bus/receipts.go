package bus

import (
	"google.golang.org/protobuf/encoding/protowire"

	"parley/internal/chat"
)

func writeReceipts(f *fields, r *chat.ReceiptsNotice) {
	f.inner(1, func(f *fields) { writeConv(f, &r.Conv) })
	f.num(2, r.Version)
	for i := range r.Marks {
		f.inner(3, func(f *fields) { writePosition(f, &r.Marks[i]) })
	}
	for _, u := range r.Not {
		f.num(4, int64(u))
	}
}

func readReceipts(b []byte) (*chat.ReceiptsNotice, error) {
	r := &chat.ReceiptsNotice{}
	return r, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			r.Conv, err = readConv(data)
		case 2:
			r.Version = v
		case 3:
			var p chat.UserPosition
			p, err = readPosition(data)
			r.Marks = append(r.Marks, p)
		case 4:
			r.Not = withUser(r.Not, v)
		}
		return err
	})
}

func writePosition(f *fields, p *chat.UserPosition) {
	f.num(1, int64(p.User))
	f.num(2, p.Received)
	f.num(3, p.Read)
}

func readPosition(b []byte) (p chat.UserPosition, err error) {
	err = read(b, func(n protowire.Number, v int64, _ []byte) error {
		switch n {
		case 1:
			p.User = chat.UserID(v)
		case 2:
			p.Received = v
		case 3:
			p.Read = v
		}
		return nil
	})
	return p, err
}

func writeTyping(f *fields, t *chat.TypingNotice) {
	f.inner(1, func(f *fields) { writeConv(f, &t.Conv) })
	f.num(2, t.Version)
	f.inner(3, func(f *fields) { writeName(f, int64(t.User.ID), t.User.Name) })
	for _, u := range t.Not {
		f.num(4, int64(u))
	}
}

func readTyping(b []byte) (*chat.TypingNotice, error) {
	t := &chat.TypingNotice{}
	return t, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			t.Conv, err = readConv(data)
		case 2:
			t.Version = v
		case 3:
			err = readName(data, func(id int64, name string) { t.User = chat.User{ID: chat.UserID(id), Name: name} })
		case 4:
			t.Not = withUser(t.Not, v)
		}
		return err
	})
}

// withUser adds a user to a list; 0 is nobody, and is never written.
func withUser(list []chat.UserID, id int64) []chat.UserID {
	if id == 0 {
		return list
	}
	return append(list, chat.UserID(id))
}
