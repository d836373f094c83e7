package server

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// What the web client must know comes without a login; the client itself is at the root, and the
// log says where to open it.
func TestTheWebClientIsServed(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.Registration, cfg.MaxText = "invite", 1234
	s, _, log := startServer(t, cfg)
	status, body := get(t, s, "/server.json")
	var said facts
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatal(err)
	}
	if want := (facts{Registration: "invite", MaxText: 1234, Version: Version().Version}); status != http.StatusOK || said != want {
		t.Errorf("%d %+v, want %+v", status, said, want)
	}
	if status, body := get(t, s, "/"); status != http.StatusOK || !strings.Contains(body, `<div id="app">`) {
		t.Errorf("the page: %d %s", status, body)
	}
	if status, body := get(t, s, "/nowhere"); status != http.StatusNotFound || strings.Contains(body, "<") {
		t.Errorf("an unknown path: %d %s", status, body)
	}
	if status, _ := get(t, s, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d", status)
	}
	if !regexp.MustCompile(`url=http://localhost:\d+/`).MatchString(log.String()) {
		t.Errorf("the log says no URL to open:\n%s", log)
	}
}
