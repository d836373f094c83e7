-- Who has written in a direct conversation (in those from before this, both), and how much an
-- account has sent on a day to people who have neither written to it nor added it as a friend.

-- +goose Up
ALTER TABLE conversations ADD COLUMN spoke INTEGER NOT NULL DEFAULT 3; -- 1: user_lo, 2: user_hi, 3: both
ALTER TABLE users ADD COLUMN strangers_day  INTEGER NOT NULL DEFAULT 0; -- days since 1970, UTC
ALTER TABLE users ADD COLUMN strangers_sent INTEGER NOT NULL DEFAULT 0; -- messages on that day
ALTER TABLE users ADD COLUMN strangers_met  INTEGER NOT NULL DEFAULT 0; -- people on that day who had not heard of it
