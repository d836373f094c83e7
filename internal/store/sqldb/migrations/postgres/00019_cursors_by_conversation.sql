-- Who has received and read a message is asked for all members of a group at once: the cursors of
-- a conversation, in the order of its members.

-- +goose Up
CREATE INDEX cursors_by_conversation ON cursors (conversation_id, user_id, device_id, seq);
