package store

import (
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlHeads = sqldb.Register(sqldb.ForReading, `
SELECT id, last_seq, version, change_no, last_rev FROM conversations WHERE id IN {ids} ORDER BY id`)
	sqlChanged = sqldb.Register(sqldb.ForReading, "SELECT "+standingColumns+`, last_rev
  FROM conversations
 WHERE changed_at >= {now} - ? AND id > ? ORDER BY id LIMIT ?`)
	sqlPage = sqldb.Register(sqldb.ForReading, "SELECT "+messageColumns+`
  FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`)
	sqlPageBefore = sqldb.Register(sqldb.ForReading, "SELECT "+messageColumns+`
  FROM messages
 WHERE conversation_id = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?`)
	// The numbers of a device grow along the log, so the last one that is not beyond
	// the wanted one is it, or it is not there.
	sqlFindRepeat = sqldb.Register(sqldb.ForReading, "SELECT "+messageColumns+`
  FROM messages
 WHERE conversation_id = ? AND device_id = ? AND send_seq <= ?
   AND seq > (SELECT c.last_seq - ? FROM conversations c WHERE c.id = ?)
 ORDER BY seq DESC LIMIT 1`)
)

// repeatTail is how many of a conversation's last messages FindRepeat looks at.
const repeatTail = 20_000

// Heads implements chat.Conversations.
func (s *Store) Heads(ctx context.Context, convs []chat.ConvID) ([]chat.Head, error) {
	if len(convs) == 0 {
		return nil, nil
	}
	heads := make([]chat.Head, 0, len(convs))
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlHeads, func(r sqldb.Row) bool {
			heads = append(heads, chat.Head{Conv: chat.ConvID(r.Num(0)), LastSeq: r.Num(1), Version: r.Num(2), JournalNo: r.Num(3), LastRev: r.Num(4)})
			return true
		}, idList(convs))
	})
	if err != nil {
		return nil, err
	}
	return heads, nil
}

// Changed implements chat.Conversations.
func (s *Store) Changed(ctx context.Context, within time.Duration, after chat.ConvID, limit int) ([]chat.ChangedConv, error) {
	var changed []chat.ChangedConv
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlChanged, func(r sqldb.Row) bool {
			var c conversationRow
			c.readStanding(r)
			c.LastRev = r.Num(8)
			changed = append(changed, chat.ChangedConv{Conv: c.conv(), Head: c.head()})
			return true
		}, within.Milliseconds(), int64(after), limit)
	})
	return changed, err
}

// Page implements chat.Pages.
func (s *Store) Page(ctx context.Context, conv chat.ConvID, after, upTo int64, limit, maxBytes int) ([]chat.Message, error) {
	if upTo <= after {
		return nil, nil
	}
	return s.page(ctx, sqlPage, conv, maxBytes, int(min(int64(limit), upTo-after)), after, upTo)
}

// PageBefore implements chat.Pages.
func (s *Store) PageBefore(ctx context.Context, conv chat.ConvID, before, floor int64, limit, maxBytes int) ([]chat.Message, error) {
	if before <= floor+1 {
		return nil, nil
	}
	page, err := s.page(ctx, sqlPageBefore, conv, maxBytes, int(min(int64(limit), before-floor-1)), floor, before)
	slices.Reverse(page)
	return page, err
}

// page reads until the limit or maxBytes of text, but always one message.
func (s *Store) page(ctx context.Context, id sqldb.Statement, conv chat.ConvID, maxBytes, limit int, from, to int64) ([]chat.Message, error) {
	if limit <= 0 {
		return nil, nil
	}
	var page []chat.Message
	err := s.read(ctx, func(l *sqldb.Link) error {
		page = make([]chat.Message, 0, min(limit, 512)) // now: who waits for a connection holds none
		size := 0
		return l.Query(id, func(r sqldb.Row) bool {
			m := messageRow{ConversationID: int64(conv)}
			m.read(r)
			if size += len(m.Body); size > maxBytes && len(page) > 0 {
				return false
			}
			page = append(page, m.message())
			return size < maxBytes
		}, conv, from, to, limit)
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// FindRepeat implements chat.Log.
func (s *Store) FindRepeat(ctx context.Context, conv chat.ConvID, device chat.DeviceID, sendSeq int64) (chat.Message, bool, error) {
	var found chat.Message
	err := s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlFindRepeat, conv, device, sendSeq, repeatTail, conv)
		if r != nil {
			m := messageRow{ConversationID: int64(conv)}
			m.read(r)
			found = m.message()
		}
		return err
	})
	if err != nil || found.Seq == 0 || found.SendSeq != sendSeq {
		return chat.Message{}, false, err
	}
	return found, true, nil
}
