package bus

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"parley/internal/chat"
)

func writeSettings(f *fields, s *chat.ConvSettings) {
	f.num(1, s.No)
	f.num(2, int64(s.Level))
	f.when(3, s.MuteUntil)
	f.yes(4, s.Pinned)
	f.num(5, s.HiddenSeq-chat.InSight) // zero for what is in sight
	f.text(6, s.Draft)
}

func readSettings(b []byte) (chat.ConvSettings, error) {
	s := chat.NoSettings
	err := read(b, func(n protowire.Number, v int64, data []byte) error {
		switch n {
		case 1:
			s.No = v
		case 2:
			s.Level = chat.Level(v) //nolint:gosec // what is none is like a level that nobody knows
		case 3:
			s.MuteUntil = time.UnixMilli(v).UTC()
		case 4:
			s.Pinned = v != 0
		case 5:
			s.HiddenSeq = v + chat.InSight
		case 6:
			s.Draft = string(data)
		}
		return nil
	})
	return s, err
}

func readSettingsNotice(b []byte) (*chat.SettingsNotice, error) {
	n := &chat.SettingsNotice{Settings: chat.NoSettings}
	return n, read(b, func(field protowire.Number, _ int64, data []byte) (err error) {
		switch field {
		case 1:
			n.Conv, err = readConv(data)
		case 2:
			n.Settings, err = readSettings(data)
		}
		return err
	})
}
