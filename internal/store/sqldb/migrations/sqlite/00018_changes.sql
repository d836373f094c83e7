-- What is done to messages after they were sent. Each change of a conversation has a number,
-- rev: 1, 2, 3, …. A message has one row with its present state, however often it was changed.

-- +goose Up
ALTER TABLE conversations ADD COLUMN last_rev INTEGER NOT NULL DEFAULT 0;

CREATE TABLE message_states (
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  rev             INTEGER NOT NULL,            -- of its last change
  author_id       INTEGER NOT NULL,            -- whose text body is, 0 for none
  edited_at       INTEGER NOT NULL,            -- 0: never, and the text is that of the log
  body            TEXT    NOT NULL CHECK (octet_length(body) <= 1048576),
  recalled_at     INTEGER NOT NULL,            -- 0: it was not
  recalled_by     INTEGER NOT NULL,
  pinned_at       INTEGER NOT NULL,            -- 0: it is not
  pinned_by       INTEGER NOT NULL,
  reactions       TEXT    NOT NULL,            -- emoji and how many users have it, one a line
  PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_states_by_rev ON message_states (conversation_id, rev);
CREATE INDEX message_states_by_pin ON message_states (conversation_id, pinned_at);

-- Who has reacted. What was withdrawn stays, as gone, so that it can be told since when.
CREATE TABLE reactions (
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  user_id         INTEGER NOT NULL,
  emoji           TEXT    NOT NULL,
  rev             INTEGER NOT NULL,
  gone            INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, seq, user_id, emoji)
) STRICT, WITHOUT ROWID;

CREATE INDEX reactions_by_rev ON reactions (conversation_id, rev);

-- The answers to the changes that a device made with its last 256 numbers.
CREATE TABLE device_changes (
  device_id INTEGER NOT NULL,
  slot      INTEGER NOT NULL, -- send_seq modulo 256
  send_seq  INTEGER NOT NULL,
  rev       INTEGER NOT NULL,
  PRIMARY KEY (device_id, slot)
) STRICT, WITHOUT ROWID;

-- Recalled messages whose texts are in segments that are to be written anew.
CREATE TABLE segment_recalls (
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;
