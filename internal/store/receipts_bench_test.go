package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
)

// The group of BenchmarkReaders: each of its members has two devices and a read position in it, and
// in some other conversations.
const (
	readersMembers = 10_000
	readersElse    = 10 // other conversations of each member
)

var sqlBenchMember = sqldb.Register(sqldb.ForWriting, `
INSERT INTO members (group_id, user_id, role, joined_seq) VALUES (?, ?, 0, 0)`)

// BenchmarkReaders asks who has read the newest message of a group of 10,000: the counts, and a page
// of 50 names.
func BenchmarkReaders(b *testing.B) {
	for _, kind := range []string{"sqlite", "mysql", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			var s *Store
			var url string
			if kind == "sqlite" {
				s = openBench(b, &Metrics{})
			} else {
				url = dbtest.Fresh(b, kind)
				s = openServer(b, url)
				b.Cleanup(func() { s.Close() })
			}
			conv := readersGroup(b, s)
			lookOver(b, kind, url)
			for _, only := range []chat.Stage{chat.StageWaiting, chat.StageRead} {
				b.Run("from "+only.String(), func(b *testing.B) {
					cpu := cpuTime(b)
					best := time.Hour
					for b.Loop() {
						began := time.Now()
						n, page, err := s.Readers(b.Context(), chat.ReadersQuery{Conv: conv, Seq: 1000, Except: 1, Least: only, Most: chat.StageRead, Limit: 51})
						if err != nil || n.Members < readersMembers-1 || n.Read < readersMembers/4 || len(page) != 51 {
							b.Fatal(n, len(page), err)
						}
						best = min(best, time.Since(began))
					}
					b.ReportMetric(float64(best)/1e6, "best-ms")
					b.ReportMetric(float64(cpuTime(b)-cpu)/float64(b.N)/1e6, "own-cpu-ms/op")
				})
			}
		})
	}
}

// lookOver has a server learn what is in its tables, as servers do by themselves after a while.
func lookOver(b *testing.B, kind, url string) {
	b.Helper()
	text := map[string]string{"mysql": "ANALYZE TABLE cursors, members, users", "postgres": "VACUUM ANALYZE"}[kind]
	if text == "" {
		return
	}
	d, _, err := sqldb.New(url)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(d.Connector())
	defer db.Close()
	if _, err := db.ExecContext(b.Context(), text); err != nil {
		b.Fatal(err)
	}
}

func readersGroup(b *testing.B, s *Store) chat.Conv {
	b.Helper()
	creator := benchUser(b, s, "creator")
	_, m, _, err := s.CreateGroup(b.Context(), creator, "many", "", chat.JoinOpen, 0, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	for first := 0; first < readersMembers; first += 500 {
		_, err := write(b.Context(), s, apart, func(tx *transaction) (struct{}, error) {
			for i := first; i < first+500; i++ {
				u, err := tx.Insert(sqlInsertUser, fmt.Sprint("member", i), fmt.Sprint("member", i), "hash", int64(0))
				if err == nil {
					_, err = tx.Exec(sqlBenchMember, m.Conv.Group, u)
				}
				if err != nil {
					return struct{}{}, err
				}
				for c := range int64(readersElse + 1) {
					conv := m.Conv.ID
					if c > 0 {
						conv = m.Conv.ID + 1 + chat.ConvID((u*7+c*1000)%5000)
					}
					for device := range int64(3) {
						r := cursorRow{UserID: u, ConversationID: int64(conv), DeviceID: device, Seq: 900 + (u+device*31)%200}
						if device > 0 {
							r.DeviceID = 3*u + device
						}
						if _, err := r.advance(tx.Link); err != nil {
							return struct{}{}, err
						}
					}
				}
			}
			return struct{}{}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return m.Conv
}
