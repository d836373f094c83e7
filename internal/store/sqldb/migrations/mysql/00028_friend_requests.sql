-- Who asks whom to be friends: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS friend_requests (
  user_id  BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  state    BIGINT NOT NULL,
  PRIMARY KEY (user_id, other_id),
  KEY friend_requests_by_other (other_id, user_id),
  KEY friend_requests_by_time (asked_at)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
