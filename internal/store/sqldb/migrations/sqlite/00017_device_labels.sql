-- What a device says of itself ("Firefox on Linux"), and the address of its last login: its user
-- tells a stranger's login by them.

-- +goose Up
ALTER TABLE devices ADD COLUMN label   TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN address TEXT NOT NULL DEFAULT '';
