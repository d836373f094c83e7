package bus

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"parley/internal/chat"
)

// What notices are made of, one writer and one reader each. A test holds them against the
// structs, field by field, and a golden file against what other versions write.

func writeConv(f *fields, c *chat.Conv) {
	f.num(1, int64(c.ID))
	f.num(2, int64(c.Kind))
	f.num(3, int64(c.Lo))
	f.num(4, int64(c.Hi))
	f.num(5, int64(c.Group))
}

func readConv(b []byte) (c chat.Conv, err error) {
	err = read(b, func(n protowire.Number, v int64, _ []byte) error {
		switch n {
		case 1:
			c.ID = chat.ConvID(v)
		case 2:
			c.Kind = chat.Kind(v) //nolint:gosec // what is none is like a kind that nobody knows
		case 3:
			c.Lo = chat.UserID(v)
		case 4:
			c.Hi = chat.UserID(v)
		case 5:
			c.Group = chat.GroupID(v)
		}
		return nil
	})
	return c, err
}

func writeMessages(f *fields, m *chat.Messages) {
	f.inner(1, func(f *fields) { writeConv(f, &m.Conv) })
	f.num(2, m.Version)
	for i := range m.Messages {
		f.inner(3, func(f *fields) { writeMessage(f, &m.Messages[i]) })
	}
	for id, name := range m.From {
		f.inner(4, func(f *fields) { writeName(f, int64(id), name) })
	}
	for id, name := range m.Devices {
		f.inner(5, func(f *fields) { writeName(f, int64(id), name) })
	}
}

func readMessages(b []byte) (*chat.Messages, error) {
	m := &chat.Messages{}
	return m, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			m.Conv, err = readConv(data)
		case 2:
			m.Version = v
		case 3:
			var one chat.Message
			one, err = readMessage(data)
			m.Messages = append(m.Messages, one)
		case 4:
			if m.From == nil {
				m.From = make(map[chat.UserID]string)
			}
			err = readName(data, func(id int64, name string) { m.From[chat.UserID(id)] = name })
		case 5:
			if m.Devices == nil {
				m.Devices = make(map[chat.DeviceID]string)
			}
			err = readName(data, func(id int64, name string) { m.Devices[chat.DeviceID(id)] = name })
		}
		return err
	})
}

func writeMessage(f *fields, m *chat.Message) {
	f.num(1, int64(m.Conv))
	f.num(2, m.Seq)
	f.num(3, int64(m.Sender))
	f.num(4, int64(m.Device))
	f.num(5, m.SendSeq)
	f.when(6, m.SentAt)
	f.text(7, m.Body)
	f.text(8, string(m.Extra))
}

func readMessage(b []byte) (m chat.Message, err error) {
	err = read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			m.Conv = chat.ConvID(v)
		case 2:
			m.Seq = v
		case 3:
			m.Sender = chat.UserID(v)
		case 4:
			m.Device = chat.DeviceID(v)
		case 5:
			m.SendSeq = v
		case 6:
			m.SentAt = time.UnixMilli(v).UTC()
		case 7:
			m.Body = string(data)
		case 8:
			m.Extra = chat.Packed(data)
		}
		return nil
	})
	return m, err
}

func writeName(f *fields, id int64, name string) {
	f.num(1, id)
	f.text(2, name)
}

func readName(b []byte, take func(id int64, name string)) error {
	var id int64
	var name string
	err := read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			id = v
		case 2:
			name = string(data)
		}
		return nil
	})
	take(id, name)
	return err
}

func writePresence(f *fields, p *chat.PresenceNotice) {
	f.num(1, int64(p.User))
	f.text(2, p.Name)
	f.num(3, p.No)
	f.yes(4, p.Online)
	f.yes(5, p.Changed)
}

func readPresence(b []byte) (*chat.PresenceNotice, error) {
	p := &chat.PresenceNotice{}
	return p, read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			p.User = chat.UserID(v)
		case 2:
			p.Name = string(data)
		case 3:
			p.No = v
		case 4:
			p.Online = v != 0
		case 5:
			p.Changed = v != 0
		}
		return nil
	})
}

func readTakeover(b []byte) (*chat.Takeover, error) {
	t := &chat.Takeover{}
	return t, read(b, func(n protowire.Number, v int64, _ []byte) error {
		switch n {
		case 1:
			t.Device = chat.DeviceID(v)
		case 2:
			t.Session = chat.SessionID(v)
		case 3:
			t.Revoked = v != 0
		}
		return nil
	})
}

func readRead(b []byte) (*chat.ReadNotice, error) {
	r := &chat.ReadNotice{}
	return r, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			r.Conv, err = readConv(data)
		case 2:
			r.Seq = v
		case 3:
			r.From = chat.DeviceID(v)
		}
		return err
	})
}

func readRev(b []byte) (*chat.RevNotice, error) {
	r := &chat.RevNotice{}
	return r, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			r.Conv, err = readConv(data)
		case 2:
			r.Version = v
		case 3:
			r.LastRev = v
		}
		return err
	})
}

func readBeat(b []byte) (*chat.Beat, error) {
	beat := &chat.Beat{}
	return beat, read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			beat.Node = chat.NodeID(v)
		case 2:
			beat.Name = string(data)
		case 3:
			beat.Renewed = v != 0
		}
		return nil
	})
}

func writePeople(f *fields, c *chat.PeopleNotice) {
	f.text(1, c.What)
	f.inner(2, func(f *fields) { writeName(f, int64(c.User.ID), c.User.Name) })
	f.num(3, int64(c.Owner))
	f.inner(4, func(f *fields) { writeConv(f, &c.Conv) })
	f.inner(5, func(f *fields) { writeGroup(f, &c.Group) })
	f.text(6, c.State)
	if m := c.Member; m != nil {
		f.inner(7, func(f *fields) { writeMembership(f, m) })
	}
	f.num(8, c.Version)
	f.yes(9, c.Later)
	f.num(10, int64(c.By))
	f.num(11, c.PresenceNo)
	f.yes(12, c.Hides)
}

func readPeople(b []byte) (*chat.PeopleNotice, error) {
	c := &chat.PeopleNotice{}
	return c, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			c.What = string(data)
		case 2:
			err = readName(data, func(id int64, name string) { c.User = chat.User{ID: chat.UserID(id), Name: name} })
		case 3:
			c.Owner = chat.UserID(v)
		case 4:
			c.Conv, err = readConv(data)
		case 5:
			c.Group, err = readGroup(data)
		case 6:
			c.State = string(data)
		case 7:
			c.Member, err = readMembership(data)
		case 8:
			c.Version = v
		case 9:
			c.Later = v != 0
		case 10:
			c.By = chat.SessionID(v)
		case 11:
			c.PresenceNo = v
		case 12:
			c.Hides = v != 0
		}
		return err
	})
}

func writeGroup(f *fields, g *chat.GroupInfo) {
	f.num(1, int64(g.ID))
	f.text(2, g.Name)
	f.text(3, g.Desc)
	f.num(4, int64(g.Role))
	f.num(5, g.Members)
	f.num(6, g.JoinedSeq)
	f.num(7, int64(g.Joining))
	f.num(8, int64(g.Posting))
}

func readGroup(b []byte) (g chat.GroupInfo, err error) {
	err = read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			g.ID = chat.GroupID(v)
		case 2:
			g.Name = string(data)
		case 3:
			g.Desc = string(data)
		case 4:
			g.Role = chat.Role(v) //nolint:gosec // what is none is like a role that nobody knows
		case 5:
			g.Members = v
		case 6:
			g.JoinedSeq = v
		case 7:
			g.Joining = chat.Joining(v) //nolint:gosec // as with the role
		case 8:
			g.Posting = chat.Posting(v) //nolint:gosec // as with the role
		}
		return nil
	})
	return g, err
}

func writeMembership(f *fields, m *chat.Membership) {
	f.inner(1, func(f *fields) { writeConv(f, &m.Conv) })
	f.num(2, int64(m.User))
	f.num(3, int64(m.Role))
	f.num(4, m.JoinedSeq)
	f.yes(5, m.Left)
	f.num(6, m.LeftSeq)
	f.num(7, m.Version)
	f.yes(8, m.KeptOut)
	for _, w := range m.Windows {
		f.inner(9, func(f *fields) {
			f.num(1, w.After)
			f.num(2, w.Until)
		})
	}
	f.num(10, int64(m.Posting))
}

func readWindow(b []byte) (w chat.Window, err error) {
	err = read(b, func(n protowire.Number, v int64, _ []byte) error {
		switch n {
		case 1:
			w.After = v
		case 2:
			w.Until = v
		}
		return nil
	})
	return w, err
}

func readMembership(b []byte) (*chat.Membership, error) {
	m := &chat.Membership{}
	return m, read(b, func(n protowire.Number, v int64, data []byte) (err error) {
		switch n {
		case 1:
			m.Conv, err = readConv(data)
		case 2:
			m.User = chat.UserID(v)
		case 3:
			m.Role = chat.Role(v) //nolint:gosec // what is none is like a role that nobody knows
		case 4:
			m.JoinedSeq = v
		case 5:
			m.Left = v != 0
		case 6:
			m.LeftSeq = v
		case 7:
			m.Version = v
		case 8:
			m.KeptOut = v != 0
		case 9:
			var w chat.Window
			w, err = readWindow(data)
			m.Windows = append(m.Windows, w)
		case 10:
			m.Posting = chat.Posting(v) //nolint:gosec // as with the role
		}
		return err
	})
}
