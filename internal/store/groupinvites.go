package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// groupInviteColumns are what a row of group_invites (i) is read from, with who made it (u).
const groupInviteColumns = "i.id, i.group_id, i.code, i.made_by, u.name, u.disabled, i.uses, i.used, i.made_at, i.ends_at, i.revoked_at, i.made_no"

const groupInvitesAndMakers = `
  FROM group_invites i LEFT JOIN users u ON u.id = i.made_by`

// Every change of the table is made under the lock of its group.
var (
	sqlInsertGroupInvite = sqldb.Register(sqldb.ForWriting, `
INSERT INTO group_invites (group_id, code, made_by, made_no, uses, made_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?) {returning id}`)
	sqlGroupInviteByCode = sqldb.Register(sqldb.ForReading, "SELECT "+groupInviteColumns+groupInvitesAndMakers+`
 WHERE i.code = ?`)
	sqlGroupInvite = sqldb.Register(sqldb.ForReading, "SELECT "+groupInviteColumns+groupInvitesAndMakers+`
 WHERE i.group_id = ? AND i.id = ?`)
	sqlGroupInvites = sqldb.Register(sqldb.ForReading, "SELECT "+groupInviteColumns+groupInvitesAndMakers+`
 WHERE i.group_id = ? AND i.id > ? AND i.revoked_at = 0 ORDER BY i.id LIMIT ?`)
	sqlCountHolding = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM group_invites
 WHERE group_id = ? AND revoked_at = 0 AND ends_at > ? AND (uses = 0 OR used < uses)`)
	// What makes it hold is a condition, so that it is never used once too often.
	sqlUseGroupInvite = sqldb.Register(sqldb.ForWriting, `
UPDATE group_invites SET used = used + 1
 WHERE id = ? AND revoked_at = 0 AND ends_at > ? AND (uses = 0 OR used < uses)`)
	sqlRevokeGroupInvite = sqldb.Register(sqldb.ForWriting, `
UPDATE group_invites SET revoked_at = ? WHERE id = ?`)
	sqlRevokeInvitesOf = sqldb.Register(sqldb.ForWriting, `
UPDATE group_invites SET revoked_at = ? WHERE group_id = ? AND made_by = ? AND revoked_at = 0`)
	sqlInvitesToForget = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM group_invites
 WHERE group_id = ? AND (revoked_at <> 0 OR ends_at <= ? OR (uses <> 0 AND used >= uses)) ORDER BY id DESC LIMIT ? OFFSET ?`)
	sqlForgetGroupInvite = sqldb.Register(sqldb.ForWriting, `
DELETE FROM group_invites WHERE id = ?`)
)

// groupInviteRow is a row of group_invites.
type groupInviteRow struct {
	ID        int64  `db:"id"`
	GroupID   int64  `db:"group_id"`
	Code      string `db:"code"`
	MadeBy    int64  `db:"made_by"` // 0 for the operator
	MadeNo    int64  `db:"made_no"` // its place in the group's journal
	Uses      int64  `db:"uses"`    // 0 is without a bound
	Used      int64  `db:"used"`
	MadeAt    int64  `db:"made_at"`
	EndsAt    int64  `db:"ends_at"`
	RevokedAt int64  `db:"revoked_at"` // 0: it was not
	// of the maker's account
	maker  string
	closed bool
}

// read takes groupInviteColumns.
func (i *groupInviteRow) read(r sqldb.Row) {
	i.ID, i.GroupID, i.Code, i.MadeBy, i.maker, i.closed = r.Num(0), r.Num(1), r.Text(2), r.Num(3), r.Text(4), r.Yes(5)
	i.Uses, i.Used, i.MadeAt, i.EndsAt, i.RevokedAt, i.MadeNo = r.Num(6), r.Num(7), r.Num(8), r.Num(9), r.Num(10), r.Num(11)
}

func (i *groupInviteRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertGroupInvite, i.GroupID, i.Code, i.MadeBy, i.MadeNo, i.Uses, i.MadeAt, i.EndsAt)
	i.ID = id
	return err
}

func (i *groupInviteRow) invite() chat.GroupInvite {
	made := chat.GroupInvite{
		ID: chat.GroupInviteID(i.ID), Group: chat.GroupID(i.GroupID), Code: i.Code, ByClosed: i.closed,
		By: chat.User{ID: chat.UserID(i.MadeBy), Name: i.maker}, Uses: i.Uses, Used: i.Used,
		MadeAt: time.UnixMilli(i.MadeAt).UTC(), EndsAt: time.UnixMilli(i.EndsAt).UTC(),
	}
	if i.RevokedAt != 0 {
		made.RevokedAt = time.UnixMilli(i.RevokedAt).UTC()
	}
	return made
}

// groupInviteIn returns one invitation: NoSuchInvite.
func groupInviteIn(l *sqldb.Link, id sqldb.Statement, args ...any) (groupInviteRow, error) {
	var row groupInviteRow
	r, err := l.One(id, args...)
	if err == nil && r == nil {
		err = chat.E(wire.NoSuchInvite)
	}
	if err == nil {
		row.read(r)
	}
	return row, err
}

// AddGroupInvite implements chat.GroupInvites.
func (s *Store) AddGroupInvite(ctx context.Context, by chat.UserID, i chat.GroupInvite, most int) (chat.ChangedInvite, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.ChangedInvite, error) {
		g, c, err := tx.lockToInvite(i.Group, by)
		if err != nil {
			return chat.ChangedInvite{}, err
		}
		if chat.Joining(g.Joining) == chat.JoinClosed { //nolint:gosec // a few values
			return chat.ChangedInvite{}, chat.ErrClosedToAll()
		}
		r, err := tx.One(sqlCountHolding, i.Group, tx.at)
		if err != nil {
			return chat.ChangedInvite{}, err
		}
		if most > 0 && r.Num(0) >= int64(most) {
			return chat.ChangedInvite{}, chat.ErrInvitesReached(most)
		}
		if err := tx.forgetGroupInvites(i.Group); err != nil {
			return chat.ChangedInvite{}, err
		}
		done, err := tx.toldOfInvites(g, c, by)
		if err != nil {
			return done, err
		}
		row := groupInviteRow{
			GroupID: g.ID, Code: i.Code, MadeBy: int64(by), MadeNo: done.No,
			Uses: i.Uses, MadeAt: i.MadeAt.UnixMilli(), EndsAt: i.EndsAt.UnixMilli(),
		}
		if by != 0 {
			if row.maker, err = tx.userName(by); err != nil {
				return done, err
			}
		}
		err = row.insert(tx.Link)
		done.Invite = row.invite()
		return done, err
	})
}

// lockToInvite locks a group for who looks after it: NoSuchGroup, NotMember, NotAdmin.
func (tx *transaction) lockToInvite(gid chat.GroupID, by chat.UserID) (groupRow, conversationRow, error) {
	g, c, err := tx.lockGroup(gid)
	if err != nil {
		return g, c, err
	}
	role, err := tx.roleOf(gid, by)
	if err == nil && !role.Leads() {
		err = chat.E(wire.NotAdmin)
	}
	return g, c, err
}

// toldOfInvites tells a group that its invitations are others now.
func (tx *transaction) toldOfInvites(g groupRow, c conversationRow, by chat.UserID) (chat.ChangedInvite, error) {
	no, err := tx.tellGroup(chat.GroupID(g.ID), noticeRow{
		What: chat.InvitesChanged, SubjectID: int64(by), OwnerID: int64(by), ConversationID: c.ID,
	})
	return chat.ChangedInvite{Conv: c.conv(), GroupName: g.Name, Version: c.Version, No: no}, err
}

// forgetGroupInvites forgets the oldest of those that do not hold any more.
func (tx *transaction) forgetGroupInvites(gid chat.GroupID) error {
	var old []int64
	err := tx.Query(sqlInvitesToForget, func(r sqldb.Row) bool {
		old = append(old, r.Num(0))
		return true
	}, gid, tx.at, invitesForgottenAtOnce, chat.InvitesRemembered)
	for _, id := range old {
		if err != nil {
			return err
		}
		_, err = tx.Exec(sqlForgetGroupInvite, id)
	}
	return err
}

// GroupInvites implements chat.GroupInvites.
func (s *Store) GroupInvites(ctx context.Context, gid chat.GroupID, after chat.GroupInviteID, limit int) (list []chat.GroupInvite, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		list = list[:0]
		return l.Query(sqlGroupInvites, func(r sqldb.Row) bool {
			var row groupInviteRow
			row.read(r)
			list = append(list, row.invite())
			return true
		}, gid, int64(after), limit)
	})
	return list, err
}

// RevokeGroupInvite implements chat.GroupInvites.
func (s *Store) RevokeGroupInvite(ctx context.Context, by chat.UserID, gid chat.GroupID, id chat.GroupInviteID) (chat.ChangedInvite, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.ChangedInvite, error) {
		g, c, err := tx.lockToInvite(gid, by)
		if err != nil {
			return chat.ChangedInvite{}, err
		}
		row, err := groupInviteIn(tx.Link, sqlGroupInvite, gid, int64(id))
		if err != nil || row.RevokedAt != 0 {
			return chat.ChangedInvite{Invite: row.invite(), Conv: c.conv(), GroupName: g.Name, Version: c.Version}, err
		}
		row.RevokedAt = tx.at.UnixMilli()
		if _, err := tx.Exec(sqlRevokeGroupInvite, row.RevokedAt, row.ID); err != nil {
			return chat.ChangedInvite{}, err
		}
		done, err := tx.toldOfInvites(g, c, by)
		done.Invite = row.invite()
		return done, err
	})
}

// revokeInvitesOf ends what somebody has made who may not invite any more.
func (tx *transaction) revokeInvitesOf(gid chat.GroupID, user chat.UserID) error {
	_, err := tx.Exec(sqlRevokeInvitesOf, tx.at, gid, user)
	return err
}

// FindGroupInvite implements chat.GroupInvites.
func (s *Store) FindGroupInvite(ctx context.Context, code string) (found chat.GroupInvite, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		row, err := groupInviteIn(l, sqlGroupInviteByCode, code)
		found = row.invite()
		return err
	})
	return found, err
}

// JoinByInvite implements chat.GroupInvites.
func (s *Store) JoinByInvite(ctx context.Context, user chat.UserID, code string, maxGroups, maxMembers int) (chat.GroupInfo, chat.Membership, chat.Nos, error) {
	i, err := s.FindGroupInvite(ctx, code) // for its group, which never changes
	if err != nil {
		return chat.GroupInfo{}, chat.Membership{}, chat.Nos{}, err
	}
	j, err := write(ctx, s, inOrder, func(tx *transaction) (joined, error) {
		g, c, err := tx.lockGroup(i.Group)
		if err != nil {
			return joined{}, err
		}
		row, err := groupInviteIn(tx.Link, sqlGroupInviteByCode, code)
		if err != nil {
			return joined{}, err
		}
		old, err := tx.member(i.Group, user)
		if err != nil {
			return joined{}, err
		}
		if err := tx.mayComeBy(&row, g, old, maxMembers); err != nil {
			return joined{}, err
		}
		if err := tx.groupsBelow(maxGroups, user); err != nil {
			return joined{}, err
		}
		if n, err := tx.Exec(sqlUseGroupInvite, row.ID, tx.at); err != nil || n == 0 {
			if err == nil {
				err = chat.E(wire.InviteUsedUp)
			}
			return joined{}, err
		}
		return tx.join(g, c, user, user, old)
	})
	return j.info, j.member, j.nos, err
}

// mayComeBy answers why an invitation does not let somebody into its group. old is what they
// were there, nil if they never were.
func (tx *transaction) mayComeBy(i *groupInviteRow, g groupRow, old *memberRow, maxMembers int) error {
	switch {
	case g.MemberCount == 0:
		return chat.E(wire.NoSuchGroup)
	case old != nil && !old.Left:
		return chat.E(wire.AlreadyMember)
	}
	made := i.invite()
	if err := made.Holds(tx.at); err != nil {
		return err
	}
	switch {
	case old != nil && old.KeptOut && i.MadeNo < old.JoinedNo:
		return chat.ErrInviteTooOld()
	case chat.Joining(g.Joining) == chat.JoinClosed: //nolint:gosec // a few values
		return chat.ErrClosedToAll()
	case maxMembers > 0 && g.MemberCount >= int64(maxMembers):
		return chat.E(wire.LimitReached)
	}
	return nil
}
