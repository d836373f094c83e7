-- Who may join a group, and who may post in it: see SQLite's.

-- +goose Up
ALTER TABLE chat_groups ADD COLUMN joining BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN posting BIGINT NOT NULL DEFAULT 0;
