-- Who joined when, and who is not to come back: see SQLite's. One change, so that it is done
-- or not.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'members' AND column_name = 'joined_no') > 0,
  'DO 0',
  'ALTER TABLE members ADD COLUMN joined_no BIGINT NOT NULL DEFAULT 0, ADD COLUMN kept_out SMALLINT NOT NULL DEFAULT 0, ADD KEY members_by_role (group_id, role)');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
