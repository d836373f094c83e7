-- What is told to users and groups besides messages stands in a journal for each of
-- them, numbered without a hole: a notice that is lost is found missing and read here.

-- +goose Up
ALTER TABLE users ADD COLUMN change_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0; -- presence_no or change_no moved
ALTER TABLE conversations ADD COLUMN change_no INTEGER NOT NULL DEFAULT 0; -- of the group's journal

CREATE TABLE changes (
  user_id         INTEGER NOT NULL,    -- whose journal: a user's, or else 0
  group_id        INTEGER NOT NULL,    -- or a group's
  no              INTEGER NOT NULL,
  made_at         INTEGER NOT NULL,
  what            TEXT    NOT NULL,
  subject_id      INTEGER NOT NULL,    -- the user it is about
  owner_id        INTEGER NOT NULL,    -- whose action it was
  conversation_id INTEGER NOT NULL,
  device_id       INTEGER NOT NULL,
  number          INTEGER NOT NULL,    -- a session that was taken over, or a seq that was read
  PRIMARY KEY (user_id, group_id, no)
) STRICT, WITHOUT ROWID;

CREATE INDEX changes_by_age ON changes (made_at);

-- A node counts up while it lives; below 0 it is being buried.
DROP TABLE nodes;
CREATE TABLE nodes (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- a node that begins anew gets a new one
  name       TEXT    NOT NULL,
  counter    INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
