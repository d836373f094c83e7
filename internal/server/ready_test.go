package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

func ask(r *readiness, accept string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody)
	req.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

func TestReadinessTellsTheStage(t *testing.T) {
	r := newReadiness(chat.SystemClock{})
	r.watch(func(context.Context) error { return nil })
	for _, c := range []struct {
		stage  stage
		status int
		text   string
	}{
		{starting, http.StatusServiceUnavailable, "not ready\nstarting: "},
		{serving, http.StatusOK, "ready\n"},
		{draining, http.StatusServiceUnavailable, "not ready\ndraining: "},
	} {
		r.enter(c.stage)
		if w := ask(r, ""); w.Code != c.status || !strings.HasPrefix(w.Body.String(), c.text) {
			t.Errorf("stage %d: got %d %q, want %d %q", c.stage, w.Code, w.Body, c.status, c.text)
		}
	}
}

func TestReadinessTellsOfTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failure error
		asked := 0
		r := newReadiness(chat.SystemClock{})
		r.watch(func(context.Context) error { asked++; return failure })
		r.enter(serving)

		expect := func(when string, status int, lines ...string) {
			t.Helper()
			w := ask(r, "")
			if want := strings.Join(lines, "\n") + "\n"; w.Code != status || w.Body.String() != want {
				t.Errorf("%s: got %d %q, want %d %q", when, w.Code, w.Body, status, want)
			}
		}
		expect("at first", http.StatusOK, "ready")
		failure = &chat.Error{Code: wire.StoreFull, Cause: errors.New("SQL logic error near /var/lib")}
		expect("within the second for which an answer is believed", http.StatusOK, "ready")
		if asked != 1 {
			t.Errorf("the database was asked %d times in one second", asked)
		}
		why := "database: " + wire.StoreFull.Text()
		time.Sleep(pingEvery)
		expect("soon after it failed", http.StatusOK, "ready", "degraded: "+why)
		time.Sleep(pingGrace)
		expect("later", http.StatusServiceUnavailable, "not ready", why)

		var answer struct {
			Ready   bool     `json:"ready"`
			Reasons []Reason `json:"reasons"`
		}
		w := ask(r, "application/json")
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusServiceUnavailable || answer.Ready || len(answer.Reasons) != 1 || answer.Reasons[0].What != "database" {
			t.Errorf("as JSON: %d %s", w.Code, w.Body)
		}

		failure = nil
		time.Sleep(pingEvery)
		expect("when it is back", http.StatusOK, "ready")
	})
}

func TestReadinessLearnsFromWhatMessagesMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReadiness(chat.SystemClock{})
		r.watch(func(context.Context) error { return nil }) // its small row still fits
		r.enter(serving)
		expect := func(when string, status int, text string) {
			t.Helper()
			if w := ask(r, ""); w.Code != status || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: got %d %q, want %d and %q", when, w.Code, w.Body, status, text)
			}
		}
		r.refused("repeat")
		expect("after a refusal that says nothing of the disk", http.StatusOK, "ready\n")
		r.refused(fullReason)
		expect("after the first message without room", http.StatusOK, "degraded: database: ")
		for range 6 {
			time.Sleep(time.Second)
			r.refused(fullReason)
		}
		expect("after six seconds of them", http.StatusServiceUnavailable, "database: "+wire.StoreFull.Text())
		r.stored()
		expect("after one that was stored", http.StatusOK, "ready\n")
		r.refused(fullReason)
		time.Sleep(fullFresh)
		expect("when nobody has tried for a while", http.StatusOK, "ready\n")
	})
}

// The database answers every question, and messages wait all the same: for a lock, a slow
// disk, a line that loses packets.
func TestReadinessKnowsHowLongMessagesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReadiness(chat.SystemClock{})
		r.watch(func(context.Context) error { return nil })
		var since time.Time
		r.watchAppends(func() time.Duration {
			if since.IsZero() {
				return 0
			}
			return time.Since(since)
		})
		r.enter(serving)
		expect := func(when string, status int, text string) {
			t.Helper()
			if w := ask(r, ""); w.Code != status || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: got %d %q, want %d and %q", when, w.Code, w.Body, status, text)
			}
		}
		r.stored()
		since = time.Now()
		time.Sleep(2 * time.Second)
		expect("after two seconds", http.StatusOK, "ready\n")
		time.Sleep(time.Second)
		expect("after three", http.StatusOK, "ready\ndegraded: database: the oldest message that is not stored yet waits for 3 s")
		time.Sleep(2 * time.Second)
		expect("after five", http.StatusOK, "degraded: database: ")
		time.Sleep(time.Second)
		expect("after six, with none stored", http.StatusServiceUnavailable, "not ready\ndatabase: no message was stored for 6 s")
		r.stored()
		expect("when others are stored", http.StatusOK, "ready\ndegraded: database: the oldest message")
		since = time.Time{}
		expect("when none waits any more", http.StatusOK, "ready\n")
		r.appends.waited(11 * time.Second)
		expect("after one that was stored late", http.StatusOK, "ready\ndegraded: database: messages were stored late in the last 10 s, after up to 11 s")
		time.Sleep(waitTold)
		expect("later", http.StatusOK, "ready\n")
	})
}

// A database that has no connection left for a question, and stores every message.
func TestReadinessWithTooFewConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReadiness(chat.SystemClock{})
		r.watch(func(context.Context) error { return chat.E(wire.Unavailable) })
		r.enter(serving)
		for range 10 {
			r.stored()
			time.Sleep(time.Second)
			if w := ask(r, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "degraded: database: messages are stored, but other requests are not answered") {
				t.Errorf("while messages are stored: got %d %q", w.Code, w.Body)
			}
		}
		time.Sleep(waitStop)
		if w := ask(r, ""); w.Code != http.StatusServiceUnavailable {
			t.Errorf("when none is stored any more: got %d %q", w.Code, w.Body)
		}
	})
}

// Nobody may have asked for long: then nothing is known that would excuse a failure.
func TestReadinessOfADatabaseThatNeverAnswered(t *testing.T) {
	r := newReadiness(chat.SystemClock{})
	r.watch(func(context.Context) error { return errors.New("away") })
	r.enter(serving)
	if w := ask(r, ""); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "away") {
		t.Errorf("got %d %q, want 503 without what happened inside", w.Code, w.Body)
	}
}
