-- What a device says of itself, and the address of its last login: see SQLite's.

-- +goose Up
ALTER TABLE devices ADD COLUMN label   TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN address TEXT NOT NULL DEFAULT '';
