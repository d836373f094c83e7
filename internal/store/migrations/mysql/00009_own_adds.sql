-- Who added a friend: see SQLite's.

-- +goose Up
ALTER TABLE friendships ADD COLUMN own SMALLINT NOT NULL DEFAULT 2;
