-- What a user has set for a conversation. One row each, with a number that grows: its place in the
-- user's journal. last_at is when a conversation's last message was sent, for lists in the order
-- of a screen; NULL until the next message.

-- +goose Up
CREATE TABLE conversation_settings (
  user_id         INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  no              INTEGER NOT NULL,           -- of the last change, in the user's journal
  level           INTEGER NOT NULL,           -- what to tell of: 0 all, 1 mentions, 2 none
  mute_until      INTEGER NOT NULL,           -- 0: not muted
  pinned          INTEGER NOT NULL,
  hidden_seq      INTEGER NOT NULL,           -- out of sight while no message comes after it; -1: in sight
  draft           TEXT    NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE conversations ADD COLUMN last_at INTEGER;
