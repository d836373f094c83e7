-- Which rules the version of a node keeps. A node of an older version writes none and has 0; while
-- it is there, what it would let through cannot be turned on.

-- +goose Up
ALTER TABLE nodes ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
