-- The tables are SQLite's, see there for what the columns mean. A change of the schema
-- is not undone when it fails halfway, so that every statement may be run again.
-- Names that must be told apart to the byte (of devices, and the keys of users) are
-- VARBINARY: no collation takes two of them for one.

-- +goose Up
CREATE TABLE IF NOT EXISTS users (
  id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name          VARCHAR(255)  NOT NULL,
  name_key      VARBINARY(1600) NOT NULL,
  password_hash VARCHAR(512)  NOT NULL,
  presence_no   BIGINT        NOT NULL DEFAULT 0,
  disabled      TINYINT       NOT NULL DEFAULT 0,
  created_at    BIGINT        NOT NULL,
  change_no     BIGINT        NOT NULL DEFAULT 0,
  changed_at    BIGINT        NOT NULL DEFAULT 0,
  UNIQUE KEY users_by_key (name_key),
  KEY users_by_change (changed_at)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS devices (
  id            BIGINT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id       BIGINT         NOT NULL,
  name          VARBINARY(512) NOT NULL,
  session_id    BIGINT         NOT NULL DEFAULT 0,
  node_id       BIGINT         NOT NULL DEFAULT 0,
  last_send_seq BIGINT         NOT NULL DEFAULT 0,
  used_at       BIGINT         NOT NULL,
  token_hash    VARBINARY(64),
  UNIQUE KEY devices_by_name (user_id, name),
  KEY devices_by_node (node_id, user_id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS friendships (
  user_id   BIGINT NOT NULL,
  friend_id BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  PRIMARY KEY (user_id, friend_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS blocks (
  user_id  BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, other_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS conversations (
  id         BIGINT   NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       SMALLINT NOT NULL,
  user_lo    BIGINT,
  user_hi    BIGINT,
  group_id   BIGINT,
  last_seq   BIGINT   NOT NULL DEFAULT 0,
  version    BIGINT   NOT NULL DEFAULT 1,
  changed_at BIGINT   NOT NULL,
  change_no  BIGINT   NOT NULL DEFAULT 0,
  UNIQUE KEY conversations_by_pair (user_lo, user_hi),
  UNIQUE KEY conversations_by_group (group_id),
  KEY conversations_by_hi (user_hi),
  KEY conversations_by_change (changed_at)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS chat_groups (
  id              BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name            VARCHAR(255)  NOT NULL,
  description     VARCHAR(2000) NOT NULL,
  conversation_id BIGINT        NOT NULL,
  member_count    BIGINT        NOT NULL,
  created_at      BIGINT        NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS members (
  group_id   BIGINT   NOT NULL,
  user_id    BIGINT   NOT NULL,
  role       SMALLINT NOT NULL,
  joined_seq BIGINT   NOT NULL,
  left_seq   BIGINT,
  PRIMARY KEY (group_id, user_id),
  KEY members_by_user (user_id, group_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS messages (
  conversation_id BIGINT     NOT NULL,
  seq             BIGINT     NOT NULL,
  sender_id       BIGINT     NOT NULL,
  device_id       BIGINT     NOT NULL,
  send_seq        BIGINT,
  sent_at         BIGINT     NOT NULL,
  body            MEDIUMTEXT NOT NULL CHECK (OCTET_LENGTH(body) <= 1048576),
  PRIMARY KEY (conversation_id, seq)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS cursors (
  user_id         BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  device_id       BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, device_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS changes (
  user_id         BIGINT      NOT NULL,
  group_id        BIGINT      NOT NULL,
  no              BIGINT      NOT NULL,
  made_at         BIGINT      NOT NULL,
  what            VARCHAR(40) NOT NULL,
  subject_id      BIGINT      NOT NULL,
  owner_id        BIGINT      NOT NULL,
  conversation_id BIGINT      NOT NULL,
  device_id       BIGINT      NOT NULL,
  number          BIGINT      NOT NULL,
  PRIMARY KEY (user_id, group_id, no),
  KEY changes_by_age (made_at)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS nodes (
  id         BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name       VARCHAR(255) NOT NULL,
  counter    BIGINT       NOT NULL,
  started_at BIGINT       NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS probes (
  id      BIGINT NOT NULL PRIMARY KEY,
  counter BIGINT NOT NULL
) ENGINE=InnoDB;

INSERT IGNORE INTO probes (id, counter) VALUES (1, 0);
