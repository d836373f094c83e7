-- From which addresses a user has logged in lately: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS known_addresses (
  user_id BIGINT        NOT NULL,
  slot    BIGINT        NOT NULL,
  address VARBINARY(64) NOT NULL,
  seen_at BIGINT        NOT NULL,
  PRIMARY KEY (user_id, slot)
) ENGINE=InnoDB;
