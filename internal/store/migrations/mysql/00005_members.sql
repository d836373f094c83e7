-- Who joined when, and who is not to come back: see SQLite's. One statement, so that it
-- is done or not.

-- +goose Up
ALTER TABLE members
  ADD COLUMN joined_no BIGINT   NOT NULL DEFAULT 0,
  ADD COLUMN kept_out  SMALLINT NOT NULL DEFAULT 0,
  ADD KEY members_by_role (group_id, role);
