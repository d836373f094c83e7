-- Invitations to groups. Those who may invite can look at the codes, so they are stored readable.
-- (Invitations to make accounts are another thing: registration_invites.)

-- +goose Up
CREATE TABLE group_invites (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id   INTEGER NOT NULL,
  code       TEXT    NOT NULL UNIQUE,
  made_by    INTEGER NOT NULL,            -- 0: the operator
  made_no    INTEGER NOT NULL,            -- its place in the group's journal
  uses       INTEGER NOT NULL,            -- 0: as often as anybody wants
  used       INTEGER NOT NULL DEFAULT 0,
  made_at    INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL DEFAULT 0   -- 0: it was not
) STRICT;
CREATE INDEX group_invites_of ON group_invites (group_id, id);
