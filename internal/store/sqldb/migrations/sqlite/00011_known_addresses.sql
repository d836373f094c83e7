-- From which addresses a user has logged in lately, at most 16 of them. Strangers who fail
-- in the user's name do not hold back logins from there.

-- +goose Up
CREATE TABLE known_addresses (
  user_id INTEGER NOT NULL,
  slot    INTEGER NOT NULL,
  address TEXT    NOT NULL, -- an IPv4 address, or an IPv6 /64
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, slot)
) STRICT, WITHOUT ROWID;
