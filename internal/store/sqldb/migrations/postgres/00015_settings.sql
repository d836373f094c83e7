-- What a user has set for a conversation, and when a conversation's last message was sent: see SQLite's.

-- +goose Up
CREATE TABLE conversation_settings (
  user_id         BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  no              BIGINT NOT NULL,
  level           BIGINT NOT NULL,
  mute_until      BIGINT NOT NULL,
  pinned          BIGINT NOT NULL,
  hidden_seq      BIGINT NOT NULL,
  draft           TEXT   NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
);

ALTER TABLE conversations ADD COLUMN last_at BIGINT;
