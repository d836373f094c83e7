-- Who has written in a direct conversation, and how much an account has sent to strangers: see SQLite's.

-- +goose Up
ALTER TABLE conversations ADD COLUMN spoke BIGINT NOT NULL DEFAULT 3;
ALTER TABLE users ADD COLUMN strangers_day  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN strangers_sent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN strangers_met  BIGINT NOT NULL DEFAULT 0;
