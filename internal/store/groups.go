package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlInsertGroup = sqldb.Register(sqldb.ForWriting, `
INSERT INTO chat_groups (name, description, conversation_id, member_count, created_at, joining) VALUES (?, ?, ?, 1, ?, ?) {returning id}`)
	sqlInsertGroupConversation = sqldb.Register(sqldb.ForWriting, `
INSERT INTO conversations (kind, changed_at, last_at) VALUES (2, {now}, {now}) {returning id}`)
	sqlNameGroupConversation = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET group_id = ? WHERE id = ?`)
	sqlLockGroup = sqldb.Register(sqldb.ForWriting, `
SELECT g.name, g.description, g.member_count, c.id, c.last_seq, c.version, g.joining, g.posting
  FROM chat_groups g JOIN conversations c ON c.id = g.conversation_id
 WHERE g.id = ? {for update}`)
	sqlGroup = sqldb.Register(sqldb.ForReading, `
SELECT id, name, description, 0, member_count, joining, posting FROM chat_groups WHERE id = ?`)
	sqlGroupsOf = sqldb.Register(sqldb.ForReading, `
SELECT g.id, g.name, g.description, m.role, g.member_count, g.joining, g.posting
  FROM members m JOIN chat_groups g ON g.id = m.group_id
 WHERE m.user_id = ? AND m.group_id > ? AND m.left_seq IS NULL ORDER BY m.group_id LIMIT ?`)
	sqlCountGroups = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM members WHERE user_id = ? AND left_seq IS NULL`)
	sqlCountMember = sqldb.Register(sqldb.ForWriting, `
UPDATE chat_groups SET member_count = member_count + ? WHERE id = ?`)
	sqlRejoin = sqldb.Register(sqldb.ForWriting, `
UPDATE members SET role = 0, joined_seq = ?, left_seq = NULL, joined_no = ?, kept_out = 0 WHERE group_id = ? AND user_id = ?`)
	sqlMember = sqldb.Register(sqldb.ForWriting, "SELECT "+memberColumns+`
  FROM members WHERE group_id = ? AND user_id = ?`)
	sqlLiftRemoval = sqldb.Register(sqldb.ForWriting, `
UPDATE members SET kept_out = 0 WHERE group_id = ? AND user_id = ?`)
	sqlLeave = sqldb.Register(sqldb.ForWriting, `
UPDATE members SET role = 0, left_seq = ?, kept_out = ?, joined_no = ? WHERE group_id = ? AND user_id = ?`)
	sqlMembersPage = sqldb.Register(sqldb.ForReading, `
SELECT u.id, u.name, m.role,
       EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
       AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = u.id AND b.other_id = ?), u.display
  FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id = ? AND m.user_id > ? AND m.left_seq IS NULL ORDER BY m.user_id LIMIT ?`)
	sqlRaiseVersion = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET version = version + 1, changed_at = {now} WHERE id = ?`)
)

// groupRow is a row of chat_groups.
type groupRow struct {
	ID             int64  `db:"id"`
	Name           string `db:"name"`
	Description    string `db:"description"`
	ConversationID int64  `db:"conversation_id"`
	MemberCount    int64  `db:"member_count"`
	CreatedAt      int64  `db:"created_at"`
	Joining        int64  `db:"joining"`
	Posting        int64  `db:"posting"`
}

func (g *groupRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertGroup, g.Name, g.Description, g.ConversationID, g.CreatedAt, g.Joining)
	g.ID = id
	return err
}

func (g *groupRow) info(role chat.Role) chat.GroupInfo {
	return chat.GroupInfo{
		ID: chat.GroupID(g.ID), Name: g.Name, Desc: g.Description, Role: role, Members: g.MemberCount,
		Joining: chat.Joining(g.Joining), Posting: chat.Posting(g.Posting), //nolint:gosec // a few values
	}
}

// joined is what making and joining a group give.
type joined struct {
	info   chat.GroupInfo
	member chat.Membership
	nos    chat.Nos
}

// CreateGroup implements chat.Groups.
func (s *Store) CreateGroup(ctx context.Context, creator chat.UserID, name, desc string, joining chat.Joining, maxGroups int, at time.Time) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	j, err := write(ctx, s, inOrder, func(tx *transaction) (joined, error) {
		if err := tx.groupsBelow(maxGroups, creator); err != nil {
			return joined{}, err
		}
		conv, err := tx.Insert(sqlInsertGroupConversation)
		if err != nil {
			return joined{}, err
		}
		g := groupRow{Name: name, Description: desc, ConversationID: conv, MemberCount: 1, CreatedAt: at.UnixMilli(), Joining: int64(joining)}
		if err := g.insert(tx.Link); err != nil {
			return joined{}, err
		}
		if _, err := tx.Exec(sqlNameGroupConversation, g.ID, conv); err != nil {
			return joined{}, err
		}
		m := memberRow{GroupID: g.ID, UserID: int64(creator), Role: int64(chat.Creator)}
		if err := m.insert(tx.Link); err != nil {
			return joined{}, err
		}
		no, err := tx.tellUser(creator, noticeRow{
			What: chat.GroupCreated, SubjectID: int64(creator), OwnerID: int64(creator), ConversationID: conv,
		})
		return joined{g.info(chat.Creator), m.membership(chat.ConvID(conv), firstVersion, chat.PostAll, nil), chat.Nos{User: no}}, err
	})
	return j.info, j.member, j.nos, err
}

// firstVersion is a new conversation's.
const firstVersion = 1

// groupsBelow answers LimitReached if the user is in as many groups as allowed, and
// NoSuchUser; it locks the user's row, so that two groups at once do not both fit.
func (tx *transaction) groupsBelow(limit int, user chat.UserID) error {
	r, err := tx.One(sqlPresence, user)
	if err != nil {
		return err
	}
	if r == nil {
		return chat.E(wire.NoSuchUser)
	}
	if limit <= 0 {
		return nil
	}
	if r, err = tx.One(sqlCountGroups, user); err != nil {
		return err
	}
	if r.Num(0) >= int64(limit) {
		return chat.E(wire.LimitReached)
	}
	return nil
}

// lockGroup answers NoSuchGroup.
func (tx *transaction) lockGroup(gid chat.GroupID) (groupRow, conversationRow, error) {
	r, err := tx.One(sqlLockGroup, gid)
	if err != nil {
		return groupRow{}, conversationRow{}, err
	}
	if r == nil {
		return groupRow{}, conversationRow{}, chat.E(wire.NoSuchGroup)
	}
	g := groupRow{ID: int64(gid), Name: r.Text(0), Description: r.Text(1), MemberCount: r.Num(2), ConversationID: r.Num(3), Joining: r.Num(6), Posting: r.Num(7)}
	c := conversationRow{ID: r.Num(3), Kind: int64(chat.Group), GroupID: int64(gid), LastSeq: r.Num(4), Version: r.Num(5)}
	return g, c, nil
}

// member returns nil for one who never was.
func (tx *transaction) member(gid chat.GroupID, user chat.UserID) (*memberRow, error) {
	r, err := tx.One(sqlMember, gid, user)
	if err != nil || r == nil {
		return nil, err
	}
	m := &memberRow{}
	m.read(r, 0)
	return m, nil
}

// memberNow answers NotMember for one who is not, or no longer.
func (tx *transaction) memberNow(gid chat.GroupID, user chat.UserID) (*memberRow, error) {
	m, err := tx.member(gid, user)
	if err == nil && (m == nil || m.Left) {
		err = chat.E(wire.NotMember)
	}
	return m, err
}

// JoinGroup implements chat.Memberships.
func (s *Store) JoinGroup(ctx context.Context, user chat.UserID, gid chat.GroupID, maxGroups, maxMembers int) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	j, err := write(ctx, s, inOrder, func(tx *transaction) (joined, error) {
		g, c, err := tx.lockGroup(gid)
		if err != nil {
			return joined{}, err
		}
		old, err := tx.member(gid, user)
		switch {
		case err != nil:
			return joined{}, err
		case g.MemberCount == 0:
			return joined{}, chat.E(wire.NoSuchGroup)
		case old != nil && !old.Left:
			return joined{}, chat.E(wire.AlreadyMember)
		case old != nil && old.KeptOut:
			return joined{}, chat.E(wire.KeptOut)
		case chat.Joining(g.Joining) != chat.JoinOpen: //nolint:gosec // a few values
			return joined{}, chat.E(wire.NotOpen)
		case maxMembers > 0 && g.MemberCount >= int64(maxMembers):
			return joined{}, chat.E(wire.LimitReached)
		}
		if err := tx.groupsBelow(maxGroups, user); err != nil {
			return joined{}, err
		}
		return tx.join(g, c, user, user, old)
	})
	return j.info, j.member, j.nos, err
}

// join lets a user in, by whoever lets them. The place in the group's journal is the order of joining: it
// grows where nothing is said in between.
func (tx *transaction) join(g groupRow, c conversationRow, user, by chat.UserID, old *memberRow) (joined, error) {
	nos, err := tx.tellMember(chat.MemberJoined, g, user, by)
	if err != nil {
		return joined{}, err
	}
	m := memberRow{GroupID: g.ID, UserID: int64(user), JoinedSeq: c.LastSeq, JoinedNo: nos.Group}
	var past chat.Windows
	if old != nil {
		if past, err = tx.keepWindow(old); err != nil {
			return joined{}, err
		}
	}
	if err := tx.enter(m, old != nil); err != nil {
		return joined{}, err
	}
	g.MemberCount++
	next, err := tx.succeed(g, c, user)
	if err != nil {
		return joined{}, err
	}
	if next != nil {
		nos.Creator, nos.Heir = next.No, next.NewCreator
		if next.NewCreator.ID == user {
			m.Role = int64(chat.Creator)
		}
	}
	return joined{g.info(chat.Role(m.Role)), m.membership(chat.ConvID(c.ID), c.Version, g.posting(), past), nos}, nil
}

// enter writes a new member's row, or a former member's anew.
func (tx *transaction) enter(m memberRow, former bool) error {
	if _, err := tx.Exec(sqlCountMember, 1, m.GroupID); err != nil {
		return err
	}
	if !former {
		return m.insert(tx.Link)
	}
	_, err := tx.Exec(sqlRejoin, m.JoinedSeq, m.JoinedNo, m.GroupID, m.UserID)
	return err
}

// LeaveGroup implements chat.Memberships.
func (s *Store) LeaveGroup(ctx context.Context, user chat.UserID, gid chat.GroupID) (chat.Removal, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Removal, error) {
		g, c, err := tx.lockGroup(gid)
		if err != nil {
			return chat.Removal{}, err
		}
		m, err := tx.memberNow(gid, user)
		if err != nil {
			return chat.Removal{}, err
		}
		return tx.takeOut(g, c, m, user, chat.MemberLeft)
	})
}

// RemoveMember implements chat.Memberships.
func (s *Store) RemoveMember(ctx context.Context, by chat.UserID, gid chat.GroupID, user chat.UserID) (chat.Removal, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Removal, error) {
		g, c, role, err := tx.lockAsAdmin(gid, by, user)
		if err != nil {
			return chat.Removal{}, err
		}
		m, err := tx.memberNow(gid, user)
		if err == nil {
			err = chat.MayRemove(role, m.role())
		}
		if err != nil {
			return chat.Removal{}, err
		}
		return tx.takeOut(g, c, m, by, chat.MemberRemoved)
	})
}

// lockAsAdmin locks a group for what its creator and admins may do to others, and returns the
// role of who does it. by is 0 for the operator, who may do what a creator may.
func (tx *transaction) lockAsAdmin(gid chat.GroupID, by, user chat.UserID) (groupRow, conversationRow, chat.Role, error) {
	g, c, err := tx.lockGroup(gid)
	if err != nil {
		return g, c, 0, err
	}
	role, err := tx.roleOf(gid, by)
	switch {
	case err != nil:
	case by == user:
		err = chat.E(wire.NotYourself)
	case !role.Leads():
		err = chat.E(wire.NotAdmin)
	}
	return g, c, role, err
}

// roleOf returns a member's role, and Creator for the operator (0). NotMember.
func (tx *transaction) roleOf(gid chat.GroupID, user chat.UserID) (chat.Role, error) {
	if user == 0 {
		return chat.Creator, nil
	}
	m, err := tx.memberNow(gid, user)
	if err != nil {
		return 0, err
	}
	return m.role(), nil
}

// LiftRemoval implements chat.Memberships.
func (s *Store) LiftRemoval(ctx context.Context, by chat.UserID, gid chat.GroupID, user chat.UserID) (chat.Removal, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Removal, error) {
		g, c, _, err := tx.lockAsAdmin(gid, by, user)
		if err != nil {
			return chat.Removal{}, err
		}
		m, err := tx.member(gid, user)
		if err == nil && m == nil {
			err = chat.E(wire.NotMember)
		}
		if err != nil {
			return chat.Removal{}, err
		}
		lifted := m.KeptOut
		m.KeptOut = false
		past, err := tx.windows(m)
		if err != nil {
			return chat.Removal{}, err
		}
		r := chat.Removal{Membership: m.membership(chat.ConvID(c.ID), c.Version, g.posting(), past), GroupName: g.Name}
		if r.UserName, err = tx.userName(user); err != nil || !lifted {
			return r, err
		}
		if _, err := tx.Exec(sqlLiftRemoval, gid, user); err != nil {
			return r, err
		}
		r.Nos, err = tx.tellMember(chat.RemovalLifted, g, user, by)
		return r, err
	})
}

func (tx *transaction) userName(user chat.UserID) (string, error) {
	r, err := tx.One(sqlPresence, user)
	if err != nil || r == nil {
		return "", err
	}
	return r.Text(0), nil
}

// takeOut ends a membership at the end of the log and raises the version. The
// removal's role is the one that the member had. Who is removed is kept out, and
// what they invited with does not hold any more. A creator has an heir.
func (tx *transaction) takeOut(g groupRow, c conversationRow, m *memberRow, by chat.UserID, what string) (chat.Removal, error) {
	m.Left, m.LeftSeq, m.KeptOut = true, c.LastSeq, what == chat.MemberRemoved
	past, err := tx.windows(m)
	if err != nil {
		return chat.Removal{}, err
	}
	removal := chat.Removal{Membership: m.membership(chat.ConvID(c.ID), c.Version+1, g.posting(), past), GroupName: g.Name}
	if removal.Nos, err = tx.tellMember(what, g, chat.UserID(m.UserID), by); err != nil {
		return removal, err
	}
	if _, err := tx.Exec(sqlLeave, m.LeftSeq, m.keptOut(), removal.Nos.Group, m.GroupID, m.UserID); err != nil {
		return removal, err
	}
	if m.KeptOut {
		if err := tx.revokeInvitesOf(chat.GroupID(m.GroupID), chat.UserID(m.UserID)); err != nil {
			return removal, err
		}
	}
	if _, err := tx.Exec(sqlCountMember, -1, m.GroupID); err != nil {
		return removal, err
	}
	if _, err := tx.Exec(sqlRaiseVersion, c.ID); err != nil {
		return removal, err
	}
	if removal.UserName, err = tx.userName(chat.UserID(m.UserID)); err != nil || removal.Role != chat.Creator {
		return removal, err
	}
	if removal.NewCreator, err = tx.promote(chat.GroupID(g.ID)); err != nil || removal.NewCreator == nil {
		return removal, err
	}
	removal.Nos.Creator, err = tx.tellCreator(c, removal.NewCreator.ID, by)
	return removal, err
}

// tellMember tells the group and the one whom it is about.
func (tx *transaction) tellMember(what string, g groupRow, user, by chat.UserID) (nos chat.Nos, err error) {
	c := noticeRow{What: what, SubjectID: int64(user), OwnerID: int64(by), ConversationID: g.ConversationID}
	if nos.Group, err = tx.tellGroup(chat.GroupID(g.ID), c); err == nil {
		nos.User, err = tx.tellUser(user, c)
	}
	return nos, err
}

// Group implements chat.Groups.
func (s *Store) Group(ctx context.Context, gid chat.GroupID) (chat.GroupInfo, error) {
	list, err := s.groups(ctx, sqlGroup, gid)
	if err == nil && len(list) == 0 {
		err = chat.E(wire.NoSuchGroup)
	}
	if err != nil {
		return chat.GroupInfo{}, err
	}
	return list[0], nil
}

// Groups implements chat.Groups.
func (s *Store) Groups(ctx context.Context, user chat.UserID, after chat.GroupID, limit int) ([]chat.GroupInfo, error) {
	return s.groups(ctx, sqlGroupsOf, user, after, limit)
}

func (s *Store) groups(ctx context.Context, id sqldb.Statement, args ...any) ([]chat.GroupInfo, error) {
	var list []chat.GroupInfo
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(id, func(r sqldb.Row) bool {
			g := groupRow{ID: r.Num(0), Name: r.Text(1), Description: r.Text(2), MemberCount: r.Num(4), Joining: r.Num(5), Posting: r.Num(6)}
			list = append(list, g.info(chat.Role(r.Num(3))))
			return true
		}, args...)
	})
	return list, err
}

// Members implements chat.Memberships.
func (s *Store) Members(ctx context.Context, gid chat.GroupID, viewer, after chat.UserID, limit int) ([]chat.Member, error) {
	var list []chat.Member
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlMembersPage, func(r sqldb.Row) bool {
			list = append(list, chat.Member{
				User: chat.User{ID: chat.UserID(r.Num(0)), Name: r.Text(1)}, Role: chat.Role(r.Num(2)), Online: r.Yes(3), Display: r.Text(4),
			})
			return true
		}, viewer, gid, after, limit)
	})
	return list, err
}
