-- Whom messages mention: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS mentions (
  user_id         BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  sender_id       BIGINT NOT NULL,
  sent_at         BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, seq),
  KEY mentions_by_time (user_id, sent_at),
  KEY mentions_by_message (conversation_id, seq)
) ENGINE=InnoDB;
