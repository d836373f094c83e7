-- What users have sent with a key and without a session: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS send_keys (
  user_id         BIGINT         NOT NULL,
  send_key        VARBINARY(128) NOT NULL,
  conversation_id BIGINT         NOT NULL,
  seq             BIGINT         NOT NULL,
  text_hash       VARBINARY(32)  NOT NULL,
  sent_at         BIGINT         NOT NULL,
  made_at         BIGINT         NOT NULL,
  PRIMARY KEY (user_id, send_key),
  KEY send_keys_by_age (made_at)
) ENGINE=InnoDB;
