-- +goose Up
CREATE TABLE conversations (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       INTEGER NOT NULL,           -- 1 direct, 2 group
  user_lo    INTEGER,                    -- direct: the two users, lo < hi
  user_hi    INTEGER,
  group_id   INTEGER UNIQUE,
  last_seq   INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 1, -- counts removals, blocks and unblocks
  changed_at INTEGER NOT NULL,
  UNIQUE (user_lo, user_hi)
) STRICT;

CREATE INDEX conversations_by_hi ON conversations (user_hi);

CREATE TABLE chat_groups (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  name            TEXT    NOT NULL,
  description     TEXT    NOT NULL,
  conversation_id INTEGER NOT NULL,
  member_count    INTEGER NOT NULL,      -- kept under the conversation's row lock
  created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
  group_id   INTEGER NOT NULL,
  user_id    INTEGER NOT NULL,
  role       INTEGER NOT NULL,           -- 0 normal, 1 creator
  joined_seq INTEGER NOT NULL,
  left_seq   INTEGER,                    -- NULL: a member now
  PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_by_user ON members (user_id, group_id);
