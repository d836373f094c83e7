-- What a message has beside its text (which message it answers, whom it mentions), and the mentions
-- as rows, so that a user's can be found without a search.

-- +goose Up
ALTER TABLE messages ADD COLUMN extra BLOB;           -- NULL: nothing; see chat.Packed

ALTER TABLE message_states ADD COLUMN mentions BLOB;  -- NULL: as the message was sent; see chat.Packed

CREATE TABLE mentions (
  user_id         INTEGER NOT NULL,                   -- 0: everybody in the conversation
  conversation_id INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  sender_id       INTEGER NOT NULL,
  sent_at         INTEGER NOT NULL,
  PRIMARY KEY (user_id, conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_by_time ON mentions (user_id, sent_at);
CREATE INDEX mentions_by_message ON mentions (conversation_id, seq);
