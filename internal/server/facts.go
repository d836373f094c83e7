package server

import (
	"encoding/json"
	"net"
	"net/http"
)

// facts is what the web client must know of this server before anybody logs in.
type facts struct {
	Registration string `json:"registration"` // open, invite or closed
	// Plain: passwords are taken over plain HTTP from other machines too.
	Plain   bool   `json:"plain"`
	MaxText int    `json:"max_text"` // characters of a message
	Version string `json:"version"`
}

// serveFacts answers /server.json.
func (s *Server) serveFacts(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// The client has gone if this fails: nobody is left to tell.
	_ = json.NewEncoder(w).Encode(facts{
		Registration: s.cfg.Registration, Plain: s.cfg.AllowPlaintext, MaxText: s.cfg.MaxText, Version: Version().Version,
	})
}

// webURL is the address to open in a browser on this machine.
func (s *Server) webURL() string {
	scheme, host := "http", "localhost" // a secure place for browsers, also without TLS
	if s.tls != nil {
		scheme = "https"
	}
	name, port, err := net.SplitHostPort(s.httpAddr.String())
	if err != nil {
		return scheme + "://" + s.httpAddr.String() + "/"
	}
	if ip := net.ParseIP(name); ip != nil && !ip.IsUnspecified() && !ip.IsLoopback() {
		host = name
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/"
}
