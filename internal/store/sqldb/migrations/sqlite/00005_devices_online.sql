-- Who is online: asked for each friend of whoever logs in and for each member in a
-- list, out of the index alone; moved once by a login and once by its end.

-- +goose Up
CREATE INDEX devices_online ON devices (user_id, session_id) WHERE session_id <> 0;
