-- What a user shows of themselves, and what they hide.

-- +goose Up
ALTER TABLE users ADD COLUMN display       TEXT    NOT NULL DEFAULT ''; -- how they want to be called; '': by their name
ALTER TABLE users ADD COLUMN about         TEXT    NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN hide_receipts INTEGER NOT NULL DEFAULT 0;  -- 1: nobody is told what they received and read
ALTER TABLE users ADD COLUMN hide_seen     INTEGER NOT NULL DEFAULT 0;  -- 1: nobody is told when they were last here
