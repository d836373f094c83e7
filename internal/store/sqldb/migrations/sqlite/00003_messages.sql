-- +goose Up
CREATE TABLE messages (
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  sender_id       INTEGER NOT NULL,
  device_id       INTEGER NOT NULL,
  send_seq        INTEGER,               -- NULL: sent without one
  sent_at         INTEGER NOT NULL,
  body            TEXT    NOT NULL CHECK (octet_length(body) <= 1048576),
  PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

-- device_id 0 is the user's read cursor; -1 is how far forgotten devices had come.
CREATE TABLE cursors (
  user_id         INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  device_id       INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  PRIMARY KEY (user_id, conversation_id, device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
  id      INTEGER PRIMARY KEY,
  epoch   INTEGER NOT NULL,
  counter INTEGER NOT NULL
) STRICT;

-- A row that is written to find out whether writing works.
CREATE TABLE probes (
  id      INTEGER PRIMARY KEY,
  counter INTEGER NOT NULL
) STRICT;

INSERT INTO probes (id, counter) VALUES (1, 0);
