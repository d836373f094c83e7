-- What is done to messages after they were sent: see SQLite's.

-- +goose Up
ALTER TABLE conversations ADD COLUMN last_rev BIGINT NOT NULL DEFAULT 0;

CREATE TABLE message_states (
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  rev             BIGINT NOT NULL,
  author_id       BIGINT NOT NULL,
  edited_at       BIGINT NOT NULL,
  body            TEXT   NOT NULL CHECK (octet_length(body) <= 1048576),
  recalled_at     BIGINT NOT NULL,
  recalled_by     BIGINT NOT NULL,
  pinned_at       BIGINT NOT NULL,
  pinned_by       BIGINT NOT NULL,
  reactions       TEXT   NOT NULL,
  PRIMARY KEY (conversation_id, seq)
);

CREATE INDEX message_states_by_rev ON message_states (conversation_id, rev);
CREATE INDEX message_states_by_pin ON message_states (conversation_id, pinned_at);

CREATE TABLE reactions (
  conversation_id BIGINT   NOT NULL,
  seq             BIGINT   NOT NULL,
  user_id         BIGINT   NOT NULL,
  emoji           TEXT     NOT NULL COLLATE "C",
  rev             BIGINT   NOT NULL,
  gone            SMALLINT NOT NULL,
  PRIMARY KEY (conversation_id, seq, user_id, emoji)
);

CREATE INDEX reactions_by_rev ON reactions (conversation_id, rev);

CREATE TABLE device_changes (
  device_id BIGINT NOT NULL,
  slot      BIGINT NOT NULL,
  send_seq  BIGINT NOT NULL,
  rev       BIGINT NOT NULL,
  PRIMARY KEY (device_id, slot)
);

CREATE TABLE segment_recalls (
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, seq)
);
