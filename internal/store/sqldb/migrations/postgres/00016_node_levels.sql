-- Which rules the version of a node keeps: see SQLite's.

-- +goose Up
ALTER TABLE nodes ADD COLUMN level BIGINT NOT NULL DEFAULT 0;
