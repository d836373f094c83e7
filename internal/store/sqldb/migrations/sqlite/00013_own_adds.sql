-- Who added a friend, for one's own limit: others cannot fill it. And how many new devices an
-- account has had on a day.

-- +goose Up
ALTER TABLE friendships ADD COLUMN own INTEGER NOT NULL DEFAULT 2; -- 1: user added friend, 0: friend added user, 2: not known
ALTER TABLE users ADD COLUMN devices_day  INTEGER NOT NULL DEFAULT 0; -- days since 1970, UTC
ALTER TABLE users ADD COLUMN devices_made INTEGER NOT NULL DEFAULT 0; -- on that day
