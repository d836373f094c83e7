-- Invitations to make accounts on this server: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS registration_invites (
  id           BIGINT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code_hash    BINARY(32)      NOT NULL UNIQUE,
  name         VARCHAR(255)    NOT NULL DEFAULT '',
  kept_key     VARBINARY(1600) NULL UNIQUE,
  note         VARCHAR(255)    NOT NULL DEFAULT '',
  uses         BIGINT          NOT NULL,
  used         BIGINT          NOT NULL DEFAULT 0,
  last_user_id BIGINT          NOT NULL DEFAULT 0,
  made_at      BIGINT          NOT NULL,
  ends_at      BIGINT          NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
