package server

import (
	"parley/internal/platform"
)

// room is how many connections there may be: what the configuration says, cut to the limit of
// open files.
type room struct {
	conns  int // TCP and WebSocket in all
	guests int // of those, without a login
	http   int // that are no WebSocket
}

// otherFiles is how many descriptors are kept for what is no client's connection: the
// database, Redis, the archive, listeners, the admin address (256) and the control socket
// (64), and connections that are told why they are closed (128).
const otherFiles = 640

// fit cuts the configured limits to a number of open files, and tells how many would be enough
// for all of them. Of too few, an eighth is for HTTP and at most a half of the rest for those
// without a login, and of very few, half is for other things.
func (c *Config) fit(files uint64) (r room, enough uint64) {
	r = room{conns: c.MaxConnections, guests: c.MaxUnauthenticated, http: c.MaxUnauthenticated}
	enough = uint64(r.conns) + uint64(r.http) + otherFiles //nolint:gosec // checked to be positive
	if files >= enough {
		return r, enough
	}
	left := int(files - min(otherFiles, files/2)) //nolint:gosec // less than enough
	r.http = min(r.http, max(1, left/8))
	r.conns = min(r.conns, max(1, left-r.http))
	r.guests = min(r.guests, max(1, r.conns/2))
	return r, enough
}

// makeRoom finds out how many connections there may be, and tells an operator early what
// clients would find out late.
func (s *Server) makeRoom() {
	files, known := platform.FileLimit()
	if !known {
		files = 1 << 40
	}
	var enough uint64
	s.room, enough = s.cfg.fit(files)
	if files < enough {
		s.log.Warn("the limit of open files is too low for the configured connections, so the limits of connections are lowered: raise it (ulimit -n, LimitNOFILE, --ulimit nofile) to the value in enough, or lower max-connections",
			"files", files, "enough", enough, "max-connections", s.room.conns, "max-unauthenticated", s.room.guests, "http", s.room.http)
	}
}
