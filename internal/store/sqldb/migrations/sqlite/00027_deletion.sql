-- When an account is to be deleted, because its user wants that.

-- +goose Up
ALTER TABLE users ADD COLUMN erase_at INTEGER NOT NULL DEFAULT 0; -- 0: never; below 0: it has begun

CREATE INDEX users_by_erasure ON users (erase_at);
