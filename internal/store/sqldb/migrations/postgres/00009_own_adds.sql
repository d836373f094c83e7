-- Who added a friend, and how many new devices an account has had on a day: see SQLite's.

-- +goose Up
ALTER TABLE friendships ADD COLUMN own SMALLINT NOT NULL DEFAULT 2;
ALTER TABLE users ADD COLUMN devices_day  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN devices_made BIGINT NOT NULL DEFAULT 0;
