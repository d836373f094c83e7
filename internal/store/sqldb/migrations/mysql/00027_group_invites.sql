-- Invitations to groups: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS group_invites (
  id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  group_id   BIGINT      NOT NULL,
  code       VARCHAR(64) NOT NULL UNIQUE,
  made_by    BIGINT      NOT NULL,
  made_no    BIGINT      NOT NULL,
  uses       BIGINT      NOT NULL,
  used       BIGINT      NOT NULL DEFAULT 0,
  made_at    BIGINT      NOT NULL,
  ends_at    BIGINT      NOT NULL,
  revoked_at BIGINT      NOT NULL DEFAULT 0,
  KEY group_invites_of (group_id, id)
) ENGINE=InnoDB CHARACTER SET ascii COLLATE ascii_bin;
