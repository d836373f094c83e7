-- Who asks whom to be friends: see SQLite's.

-- +goose Up
CREATE TABLE friend_requests (
  user_id  BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  state    BIGINT NOT NULL,
  PRIMARY KEY (user_id, other_id)
);

CREATE INDEX friend_requests_by_other ON friend_requests (other_id, user_id);
CREATE INDEX friend_requests_by_time ON friend_requests (asked_at);
