-- From which addresses a user has logged in lately: see SQLite's.

-- +goose Up
CREATE TABLE known_addresses (
  user_id BIGINT NOT NULL,
  slot    BIGINT NOT NULL,
  address TEXT   NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, slot)
);
