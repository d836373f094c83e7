-- Invitations to make accounts on this server. (Invitations to groups are another thing.)
-- One that keeps a name holds what the name looks like: in name_skeletons, user_id is minus its id.

-- +goose Up
CREATE TABLE registration_invites (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  code_hash    BLOB    NOT NULL UNIQUE,      -- the code itself is stored nowhere
  name         TEXT    NOT NULL DEFAULT '',  -- the only name that it is good for; '' is any
  kept_key     TEXT    UNIQUE,               -- the key of that name while nobody else may have it
  note         TEXT    NOT NULL DEFAULT '',
  uses         INTEGER NOT NULL,
  used         INTEGER NOT NULL DEFAULT 0,
  last_user_id INTEGER NOT NULL DEFAULT 0,   -- whose account was the last one made with it
  made_at      INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL
) STRICT;
