-- Who may join a group (0 everybody, 1 by invitation, 2 nobody), and who may post in it (0 all, 1 the
-- creator and admins). members.role is 0 normal, 1 creator, 2 admin, 3 read-only.

-- +goose Up
ALTER TABLE chat_groups ADD COLUMN joining INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_groups ADD COLUMN posting INTEGER NOT NULL DEFAULT 0;
