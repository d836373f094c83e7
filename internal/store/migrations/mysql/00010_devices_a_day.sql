-- How many new devices an account has had on a day: see SQLite's.

-- +goose Up
ALTER TABLE users
  ADD COLUMN devices_day  BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN devices_made BIGINT NOT NULL DEFAULT 0;
