-- What users have sent with a key and without a session: see SQLite's.

-- +goose Up
CREATE TABLE send_keys (
  user_id         BIGINT NOT NULL,
  send_key        TEXT   NOT NULL COLLATE "C",
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  text_hash       BYTEA  NOT NULL,
  sent_at         BIGINT NOT NULL,
  made_at         BIGINT NOT NULL,
  PRIMARY KEY (user_id, send_key)
);

CREATE INDEX send_keys_by_age ON send_keys (made_at);
