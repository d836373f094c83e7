-- Users by the beginning of their names: the other index may be by the rules of a language.

-- +goose Up
CREATE INDEX users_by_prefix ON users (name_key COLLATE "C");
