-- What a user shows of themselves, and what they hide: see SQLite's.

-- +goose Up
ALTER TABLE users ADD COLUMN display       TEXT   NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN about         TEXT   NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN hide_receipts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN hide_seen     BIGINT NOT NULL DEFAULT 0;
