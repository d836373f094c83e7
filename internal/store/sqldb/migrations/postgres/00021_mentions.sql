-- What a message has beside its text, and whom messages mention: see SQLite's.

-- +goose Up
ALTER TABLE messages ADD COLUMN extra BYTEA;

ALTER TABLE message_states ADD COLUMN mentions BYTEA;

CREATE TABLE mentions (
  user_id         BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  sender_id       BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, seq)
);

CREATE INDEX mentions_by_time ON mentions (user_id, sent_at);
CREATE INDEX mentions_by_message ON mentions (conversation_id, seq);
