package moving

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"sync"

	"parley/internal/store/sqldb"
)

// movedTable is how one table goes from one database to another.
type movedTable struct {
	name string
	// columns tells what the columns of the texts are, in their order: the key's first, a
	// number (n), a text (t) or bytes (b), in capitals where there may be nothing.
	columns             string
	key                 int // how many columns the key has
	rows, put, end, all sqldb.Statement
	counted             bool // ids are counted up
}

var movedTables = []movedTable{
	{"users", "ntttnnnnnnnnnnttnnn", 1, sqlCopyUsers, sqlPutUser, sqlEndOfUsers, sqlCountUsers, true},
	{"devices", "nntnnBtt", 1, sqlCopyDevices, sqlPutDevice, sqlEndOfDevices, sqlCountDevices, true},
	{"known_addresses", "nntn", 2, sqlCopyAddresses, sqlPutKnownAddress, sqlEndOfAddresses, sqlCountAddresses, false},
	{"registration_invites", "nbtTtnnnnn", 1, sqlCopyInvites, sqlPutInvite, sqlEndOfInvites, sqlCountInvites, true},
	{"friendships", "nnnn", 2, sqlCopyFriendships, sqlPutFriendship, sqlEndOfFriendships, sqlCountFriendships, false},
	{"blocks", "nn", 2, sqlCopyBlocks, sqlPutBlock, sqlEndOfBlocks, sqlCountBlocks, false},
	{"friend_requests", "nnnn", 2, sqlCopyRequests, sqlPutRequest, sqlEndOfRequests, sqlCountRequests, false},
	{"conversations", "nnNNNnnnnnnN", 1, sqlCopyConversations, sqlPutConversation, sqlEndOfConversations, sqlCountConversations, true},
	{"chat_groups", "nttnnnnn", 1, sqlCopyGroups, sqlPutGroup, sqlEndOfGroups, sqlCountAllGroups, true},
	{"members", "nnnnNnn", 2, sqlCopyMembers, sqlPutMember, sqlEndOfMembers, sqlCountMembers, false},
	{"member_windows", "nnnn", 3, sqlCopyWindows, sqlPutWindow, sqlEndOfWindows, sqlCountWindows, false},
	{"group_invites", "nntnnnnnnn", 1, sqlCopyGroupInvites, sqlPutGroupInvite, sqlEndOfGroupInvites, sqlCountGroupInvites, true},
	{"messages", "nnnnNntB", 2, sqlCopyMessages, sqlPutMessage, sqlEndOfMessages, sqlCountMessages, false},
	{"send_keys", "nnntbnn", 2, sqlCopySendKeys, sqlPutSendKey, sqlEndOfSendKeys, sqlCountSendKeys, false},
	{"cursors", "nnnn", 3, sqlCopyCursorRows, sqlPutCursor, sqlEndOfCursors, sqlCountCursors, false},
	{"conversation_settings", "nnnnnnnt", 2, sqlCopySettings, sqlPutSettings, sqlEndOfSettings, sqlCountSettings, false},
	{"changes", "nnnntnnnnn", 3, sqlCopyNotices, sqlPutNotice, sqlEndOfNotices, sqlCountNotices, false},
	{"message_states", "nnnnntnnnntB", 2, sqlCopyStates, sqlPutState, sqlEndOfStates, sqlCountStates, false},
	{"mentions", "nnnnn", 3, sqlCopyMentions, sqlPutMention, sqlEndOfMentions, sqlCountMentions, false},
	{"reactions", "nnnntn", 2, sqlCopyReactions, sqlPutReaction, sqlEndOfReactions, sqlCountReactions, false},
	{"device_changes", "nnnn", 2, sqlCopyDeviceChanges, sqlPutDeviceChange, sqlEndOfDeviceChanges, sqlCountDeviceChanges, false},
	{"segments", "ntnntnn", 1, sqlCopySegments, sqlPutSegment, sqlEndOfSegments, sqlCountSegments, true},
	{"segment_ranges", "nnnnn", 2, sqlCopyRanges, sqlInsertRangeOf, sqlEndOfRanges, sqlCountRanges, false},
	{"segment_recalls", "nn", 2, sqlCopyRecalls, sqlPutRecall, sqlEndOfRecalls, sqlCountRecalls, false},
	{"segment_leftovers", "ntn", 1, sqlCopyLeftovers, sqlPutLeftover, sqlEndOfLeftovers, sqlCountLeftovers, true},
}

// A piece is what goes over in one transaction.
const (
	pieceRows  = 1000
	pieceBytes = 4 << 20
)

// from returns the arguments of rows for what comes after a key; nil is from the start.
func (t *movedTable) from(key []int64) []any {
	if key == nil {
		key = []int64{-1, -1, -1}[:t.key] // ids and seqs are 0 or more
	}
	switch t.key {
	case 1:
		return []any{key[0]}
	case 2:
		return []any{key[0], key[0], key[1]}
	default:
		return []any{key[0], key[0], key[1], key[1], key[2]}
	}
}

// values are a row's own, whichever database it comes from.
func (t *movedTable) values(r sqldb.Row) []any {
	v := make([]any, len(r))
	for i := range r {
		switch kind := t.columns[i]; {
		case r.Null(i) && kind < 'a':
		case kind|0x20 == 'n':
			v[i] = r.Num(i)
		case kind|0x20 == 't':
			v[i] = r.Text(i)
		default:
			v[i] = r.Blob(i)
		}
	}
	return v
}

// last is the key of the last row that a side holds, nil for none.
func (t *movedTable) last(s *side) ([]int64, error) {
	r, err := s.One(t.end)
	if err != nil || r == nil {
		return nil, s.failed(err)
	}
	key := make([]int64, t.key)
	for i := range key {
		key[i] = r.Num(i)
	}
	return key, nil
}

// count finds out how much there is to do: rows are copied, and read twice to compare.
func (m *move) count() error {
	for _, t := range movedTables {
		r, err := m.from.One(t.all)
		if err != nil {
			return m.from.failed(err)
		}
		m.progress.Of += r.Num(0)
	}
	return nil
}

// went tells how far it is.
func (m *move) went(step, table string, rows int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.progress.Step != step {
		m.progress.Step, m.progress.Rows = step, 0
	}
	m.progress.Table = table
	m.progress.Rows += rows
	m.o.Progress(m.progress)
}

// copy takes over what the target does not have yet.
func (m *move) copy(t *movedTable) error {
	after, err := t.last(m.to)
	if err != nil {
		return err
	}
	if after != nil {
		r, err := m.to.One(t.all)
		if err != nil {
			return m.to.failed(err)
		}
		m.went("copying", t.name, r.Num(0))
	}
	var piece [][]any
	var size int
	var failed error
	flush := func() bool {
		if failed = m.ctx.Err(); failed == nil {
			failed = m.to.failed(m.put(t, piece))
		}
		m.went("copying", t.name, int64(len(piece)))
		piece, size = piece[:0], 0
		return failed == nil
	}
	err = m.from.Query(t.rows, func(r sqldb.Row) bool {
		v := t.values(r)
		piece = append(piece, v)
		size += sizeOf(v)
		return len(piece) < pieceRows && size < pieceBytes || flush()
	}, t.from(after)...)
	switch {
	case failed != nil:
		return fmt.Errorf("%w; what was copied is kept, and the same command goes on from there", failed)
	case err != nil:
		return fmt.Errorf("%w; what was copied is kept, and the same command goes on from there", m.from.failed(err))
	case len(piece) > 0 && !flush():
		return failed
	}
	return nil
}

func sizeOf(v []any) (n int) {
	for _, one := range v {
		switch one := one.(type) {
		case string:
			n += len(one)
		case []byte:
			n += len(one)
		default:
			n += 8
		}
	}
	return n
}

// put stores a piece: messages many at a time on a database server, where a round trip costs
// more than a row.
func (m *move) put(t *movedTable, piece [][]any) error {
	return m.to.InTransaction(func() error {
		for many := t.put == sqlPutMessage && m.to.Dialect.Has(sqlPutMessages); many && len(piece) >= messagesAtOnce; piece = piece[messagesAtOnce:] {
			if _, err := m.to.Exec(sqlPutMessages, slices.Concat(piece[:messagesAtOnce]...)...); err != nil {
				return err
			}
		}
		for _, v := range piece {
			if _, err := m.to.Exec(t.put, v...); err != nil {
				return err
			}
		}
		return nil
	})
}

// messagesAtOnce is how many messages one statement puts.
const messagesAtOnce = 64

// putMany is the text of an INSERT with the placeholders of many rows.
func putMany(insert, row string) string {
	return insert + " VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", messagesAtOnce), ", ")
}

// compare reads both sides, at the same time, and returns the highest number of a device
// that is spoken of.
func (m *move) compare() (proofs []TableProof, devices int64, err error) {
	proofs = make([]TableProof, len(movedTables))
	for i := range movedTables {
		t, p := &movedTables[i], &proofs[i]
		p.Table = t.name
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { errs[1] = m.sum(m.to, t, &p.To, nil) })
		errs[0] = m.sum(m.from, t, &p.From, func(v []any) {
			switch t.name {
			case "devices":
				devices = max(devices, v[0].(int64))
			case "messages":
				devices = max(devices, v[3].(int64))
			}
		})
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			return nil, 0, err
		}
	}
	return proofs, devices, nil
}

// sum reads a table of one side; seen is told of each row.
func (m *move) sum(s *side, t *movedTable, sum *TableSum, seen func([]any)) error {
	const tell = 10_000
	h := sha256.New()
	err := s.Query(t.rows, func(r sqldb.Row) bool {
		v := t.values(r)
		hashRow(h, v)
		sum.Rows++
		if seen != nil {
			seen(v)
			if sum.Rows%tell == 0 {
				m.went("comparing", t.name, tell)
			}
		}
		return sum.Rows%tell != 0 || m.ctx.Err() == nil
	}, t.from(nil)...)
	if err == nil {
		err = m.ctx.Err()
	}
	if seen != nil {
		m.went("comparing", t.name, sum.Rows%tell)
	}
	h.Sum(sum.Sum[:0])
	return s.failed(err)
}

// hashRow takes a row up so that no two rows, and no two tables, look alike.
func hashRow(h hash.Hash, v []any) {
	var b []byte
	for _, one := range v {
		switch one := one.(type) {
		case nil:
			b = append(b, 0)
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 1), uint64(one)) //nolint:gosec // its bits
		case string:
			b = append(binary.BigEndian.AppendUint64(append(b, 2), uint64(len(one))), one...)
		case []byte:
			b = append(binary.BigEndian.AppendUint64(append(b, 3), uint64(len(one))), one...)
		}
	}
	h.Write(b)
}

// raiseCounters puts the numbers that the target gives next behind those that were given
// out: those of devices that were forgotten stand in messages.
func (m *move) raiseCounters(devices int64) error {
	for i := range movedTables {
		t := &movedTables[i]
		if !t.counted {
			continue
		}
		highest, err := t.last(m.to)
		if err != nil {
			return err
		}
		if t.name == "devices" && devices > 0 {
			// One that is put in and taken out raises the counter where it follows the rows.
			if len(highest) == 0 || highest[0] < devices {
				if _, err := m.to.Exec(sqlPutDevice, devices, int64(-1), "moved", int64(0), int64(0), nil, "", ""); err != nil {
					return err
				}
				if _, err := m.to.Exec(sqlDropDevice, devices); err != nil {
					return err
				}
			}
			highest = []int64{devices}
		}
		if highest == nil || !m.to.Dialect.Has(sqlSetCounter) {
			continue
		}
		if _, err := m.to.One(sqlSetCounter, t.name, highest[0]); err != nil {
			return err
		}
	}
	return nil
}
