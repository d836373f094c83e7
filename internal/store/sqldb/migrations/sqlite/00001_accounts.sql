-- Table names differ from the names of the views in 00004: SQLite does not tell
-- them apart by case. "groups", "user" and "read" are reserved elsewhere, hence
-- chat_groups and users.
-- Times are milliseconds since 1970, UTC.

-- +goose Up
CREATE TABLE users (
  id            INTEGER PRIMARY KEY AUTOINCREMENT, -- an id never comes back
  name          TEXT    NOT NULL,
  name_key      TEXT    NOT NULL UNIQUE,           -- made by the program: NFC, case-folded
  password_hash TEXT    NOT NULL,
  presence_no   INTEGER NOT NULL DEFAULT 0,
  disabled      INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE devices (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id       INTEGER NOT NULL,
  name          TEXT    NOT NULL,                  -- '' is the nameless device
  session_id    INTEGER NOT NULL DEFAULT 0,        -- 0: nobody is logged in with it
  node_id       INTEGER NOT NULL DEFAULT 0,
  last_send_seq INTEGER NOT NULL DEFAULT 0,
  used_at       INTEGER NOT NULL,
  token_hash    BLOB,
  UNIQUE (user_id, name)
) STRICT;

CREATE TABLE friendships (
  user_id   INTEGER NOT NULL,
  friend_id INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  PRIMARY KEY (user_id, friend_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  user_id  INTEGER NOT NULL,
  other_id INTEGER NOT NULL,
  PRIMARY KEY (user_id, other_id)
) STRICT, WITHOUT ROWID;
