-- What users have sent with a key and without a session, for a day: the same key again is
-- answered with the message that was stored first. text_hash tells whether it is the same.

-- +goose Up
CREATE TABLE send_keys (
  user_id         INTEGER NOT NULL,
  send_key        TEXT    NOT NULL,
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  text_hash       BLOB    NOT NULL, -- SHA-256
  sent_at         INTEGER NOT NULL, -- the message's
  made_at         INTEGER NOT NULL, -- by the database's clock
  PRIMARY KEY (user_id, send_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX send_keys_by_age ON send_keys (made_at);
