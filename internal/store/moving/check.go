package moving

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"parley/internal/store/sqldb"
)

// Contents is what a database file holds.
type Contents struct {
	Schema                         int64 // the version of its tables
	Users, Conversations, Messages int64
	Bytes                          int64
}

var (
	sqlIntegrity = sqldb.RegisterEach(sqldb.ForMoving, sqldb.Texts{
		SQLite: "PRAGMA integrity_check(1)",
	})
	sqlSchemaVersion = sqldb.Register(sqldb.ForMoving, `
SELECT MAX(version_id) FROM schema_versions`)
	// What is in segments begins the log, and the database has the rest.
	sqlCheckLogs = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(c.id) FROM conversations c
  LEFT JOIN (SELECT conversation_id, COUNT(*) AS n, MIN(seq) AS low, MAX(seq) AS top FROM messages GROUP BY conversation_id) m
    ON m.conversation_id = c.id
  LEFT JOIN (SELECT conversation_id, MAX(last_seq) AS top FROM segment_ranges GROUP BY conversation_id) g
    ON g.conversation_id = c.id
 WHERE c.last_seq <> COALESCE(m.n, 0) + COALESCE(g.top, 0) OR c.last_seq <> COALESCE(m.top, 0)
    OR COALESCE(m.low, 1) <> COALESCE(g.top, 0) + 1`)
	sqlCheckRanges = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(g.conversation_id)
  FROM (SELECT conversation_id, SUM(last_seq - first_seq + 1) AS n, MIN(first_seq) AS low, MAX(last_seq) AS top
          FROM segment_ranges GROUP BY conversation_id) g
 WHERE g.n <> g.top OR g.low <> 1 OR NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = g.conversation_id)`)
	sqlCheckLogsBefore = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(c.id) FROM conversations c
  LEFT JOIN (SELECT conversation_id, COUNT(*) AS n, MIN(seq) AS low, MAX(seq) AS top FROM messages GROUP BY conversation_id) m
    ON m.conversation_id = c.id
 WHERE c.last_seq <> COALESCE(m.n, 0) OR c.last_seq <> COALESCE(m.top, 0) OR COALESCE(m.low, 1) <> 1`)
	sqlCheckStrayMessages = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(m.conversation_id) FROM (SELECT DISTINCT conversation_id FROM messages) m
 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id)`)
	sqlCheckGroups = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(g.id) FROM chat_groups g
 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = g.conversation_id AND c.group_id = g.id)`)
	sqlCheckMemberCounts = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(g.id) FROM chat_groups g
 WHERE g.member_count <> (SELECT COUNT(*) FROM members m WHERE m.group_id = g.id AND m.left_seq IS NULL)`)
	sqlCheckMembers = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(m.user_id) FROM members m
 WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.user_id) OR NOT EXISTS (SELECT 1 FROM chat_groups g WHERE g.id = m.group_id)`)
	sqlCheckWindows = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(w.user_id) FROM member_windows w
 WHERE w.left_seq <= w.joined_seq
    OR NOT EXISTS (SELECT 1 FROM members m WHERE m.group_id = w.group_id AND m.user_id = w.user_id AND m.joined_seq >= w.left_seq)`)
	sqlCheckDevices = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(d.id) FROM devices d WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = d.user_id)`)
	sqlCheckStates = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(s.conversation_id) FROM message_states s
 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = s.conversation_id AND s.seq <= c.last_seq AND s.rev <= c.last_rev)`)
	sqlCheckReactions = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(r.conversation_id) FROM reactions r
 WHERE NOT EXISTS (SELECT 1 FROM message_states s WHERE s.conversation_id = r.conversation_id AND s.seq = r.seq AND r.rev <= s.rev)`)
	sqlCheckFriends = sqldb.Register(sqldb.ForMoving, `
SELECT COUNT(*), MIN(f.user_id) FROM friendships f
 WHERE NOT EXISTS (SELECT 1 FROM friendships b WHERE b.user_id = f.friend_id AND b.friend_id = f.user_id)`)
)

// Check reads all of a database file that nobody uses, without changing anything, and
// gives what it holds. The error says what is wrong with it: damage, a schema that this
// program does not know, messages that are missing, rows that belong to nothing.
func Check(ctx context.Context, path string) (c Contents, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return c, fmt.Errorf("%s has a log beside it (%s-wal): it is a server's own file, or was copied from under one; parley backup makes copies that are whole", path, path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	c.Bytes = info.Size()
	if err := checkSum(ctx, path); err != nil {
		return c, err
	}
	d, err := sqldb.SQLiteFile(path)
	if err != nil {
		return c, err
	}
	l, err := d.Open(ctx, sqldb.ForChecking)
	if err != nil {
		return c, err
	}
	defer l.Close()
	err = check(ctx, l, &c)
	return c, err
}

// check fills in what the database of a link holds.
func check(ctx context.Context, l *sqldb.Link, c *Contents) error {
	r, err := l.One(sqlIntegrity)
	if err == nil && (r == nil || r.Text(0) != "ok") {
		err = errors.New("it is damaged")
		if r != nil {
			err = fmt.Errorf("it is damaged: %s", r.Text(0))
		}
	}
	if err != nil {
		return err
	}
	if r, err = l.One(sqlSchemaVersion); err != nil {
		return fmt.Errorf("it is no database of parley's: %w", err)
	}
	know, err := sqldb.NewestSchema(l.Dialect)
	if err != nil {
		return err
	}
	switch c.Schema = r.Num(0); {
	case c.Schema > know:
		return fmt.Errorf("its schema is version %d and this program knows versions up to %d: use the version of parley that made it, or a newer one", c.Schema, know)
	case c.Schema < oldestChecked:
		return fmt.Errorf("its schema is version %d, from before parley's first release", c.Schema)
	}
	for _, w := range wholeness {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Schema < w.from || w.below != 0 && c.Schema >= w.below {
			continue
		}
		r, err := l.One(w.id)
		if err != nil {
			return err
		}
		if r.Num(0) > 0 {
			return fmt.Errorf("it is not whole: %s (%d of them, the first is number %d)", w.wrong, r.Num(0), r.Num(1))
		}
	}
	for _, n := range []struct {
		id   sqldb.Statement
		into *int64
	}{{sqlCountUsers, &c.Users}, {sqlCountConversations, &c.Conversations}, {sqlCountMessages, &c.Messages}} {
		r, err := l.One(n.id)
		if err != nil {
			return err
		}
		*n.into = r.Num(0)
	}
	return nil
}

// oldestChecked is the first schema that has all tables that are looked at.
const oldestChecked = 3

// segmentsSchema is the first schema of SQLite that has segments.
const segmentsSchema = 8

// windowsSchema is the first that has windows.
const windowsSchema = 12

// changesSchema is the first that has what is done to messages.
const changesSchema = 18

// wholeness is what must not be found.
var wholeness = []struct {
	id    sqldb.Statement
	wrong string
	// from and below are the schemas that it is for; 0 is any.
	from, below int64
}{
	{sqlCheckLogsBefore, "conversations lack messages, or have too many", 0, segmentsSchema},
	{sqlCheckLogs, "conversations lack messages, or have too many", segmentsSchema, 0},
	{sqlCheckRanges, "conversations have holes where messages were moved to segments", segmentsSchema, 0},
	{sqlCheckStrayMessages, "messages belong to no conversation", 0, 0},
	{sqlCheckGroups, "groups have no conversation", 0, 0},
	{sqlCheckMemberCounts, "groups have another number of members than they say", 0, 0},
	{sqlCheckMembers, "members are no users, or belong to no group", 0, 0},
	{sqlCheckWindows, "times in a group are out of order, or nobody's", windowsSchema, 0},
	{sqlCheckDevices, "devices belong to no user", 0, 0},
	{sqlCheckStates, "what was done to messages belongs to none, or goes beyond what was done in the conversation", changesSchema, 0},
	{sqlCheckReactions, "reactions belong to no message, or go beyond what was done to it", changesSchema, 0},
	{sqlCheckFriends, "friendships lack their other half", 0, 0},
}
