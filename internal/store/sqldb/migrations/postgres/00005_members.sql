-- Who joined when, and who is not to come back: see SQLite's.

-- +goose Up
ALTER TABLE members ADD COLUMN joined_no BIGINT NOT NULL DEFAULT 0, ADD COLUMN kept_out SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX members_by_role ON members (group_id, role);
