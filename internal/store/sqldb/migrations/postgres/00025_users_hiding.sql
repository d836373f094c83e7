-- Who hides receipts is counted in no answer: a group's members among them are found by this, unless
-- many hide theirs. (SQLite looks at the members; it has no statistics to choose by.)

-- +goose Up
CREATE INDEX users_hiding ON users (id) WHERE hide_receipts <> 0;
