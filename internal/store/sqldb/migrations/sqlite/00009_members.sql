-- Who joined when, also where nothing was said in between, and who is not to come back.
-- users.disabled: 0 open, 1 disabled, 2 erased.

-- +goose Up
ALTER TABLE members ADD COLUMN joined_no INTEGER NOT NULL DEFAULT 0; -- the group's journal at joining; 0 is first
ALTER TABLE members ADD COLUMN kept_out INTEGER NOT NULL DEFAULT 0;  -- removed, until that is lifted

CREATE INDEX members_by_role ON members (group_id, role);
