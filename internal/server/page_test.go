package server

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The page says how to connect, asks no other host for anything, runs nothing, and takes
// nothing from whoever asks for it.
func TestThePage(t *testing.T) {
	s, _, _ := startServer(t, testConfig(t.TempDir()))
	s.cfg.TCP = "127.0.0.1:6000" // as if it had been named
	_, web := s.Addrs()
	ask := func(host string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+web.String()+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	resp, body := ask("chat.example.org:8080")
	for _, want := range []string{"This is a chat server", "--server ws://chat.example.org:8080/ws ", "--server tcp://chat.example.org:6000 "} {
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, without %q:\n%s", resp.StatusCode, want, body)
		}
	}
	if regexp.MustCompile(`(?i)<script|src=|href=|@import|url\(`).MatchString(body) {
		t.Errorf("the page asks for something, or runs something:\n%s", body)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("its policy is %q", policy)
	}
	if _, body := ask(`a"onload='x':80`); strings.Contains(body, `"onload`) {
		t.Errorf("what the client says goes into the page:\n%s", body)
	}
}
