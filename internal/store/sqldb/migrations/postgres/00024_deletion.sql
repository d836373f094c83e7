-- When an account is to be deleted, because its user wants that: see SQLite's.

-- +goose Up
ALTER TABLE users ADD COLUMN erase_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX users_by_erasure ON users (erase_at);
