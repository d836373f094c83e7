-- Who asks whom to be friends. A request that was declined stays until it ends, so that it is not
-- asked again and again.

-- +goose Up
CREATE TABLE friend_requests (
  user_id  INTEGER NOT NULL, -- who asks
  other_id INTEGER NOT NULL, -- who is asked
  asked_at INTEGER NOT NULL,
  state    INTEGER NOT NULL, -- 0 waits, 1 declined, 2 declined and then withdrawn
  PRIMARY KEY (user_id, other_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX friend_requests_by_other ON friend_requests (other_id, user_id);
CREATE INDEX friend_requests_by_time ON friend_requests (asked_at);
