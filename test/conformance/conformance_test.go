// Package conformance holds every SDK to the same behaviour: vectors for its state machines and
// dialogues between a client and a server that a script plays. The Go SDK runs the dialogues
// here and the vectors in package client; the TypeScript SDK runs both in
// web/sdk/test/conformance.test.ts. cases.json names all of them: who leaves one out fails.
package conformance

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

type dialogue struct {
	About string `json:"about"`
	Steps []step `json:"steps"`
}

// step is one line of a dialogue: exactly one of its fields is set. README.md says what each means.
type step struct {
	Login       *loginStep      `json:"login"`
	RefuseLogin *refusal        `json:"refuse_login"`
	Post        *post           `json:"post"`
	Chat        *post           `json:"chat"`
	Ack         *ack            `json:"ack"`
	Refuse      *refusal        `json:"refuse"`
	Deliver     []string        `json:"deliver"`
	Frame       json.RawMessage `json:"frame"`
	Text        *string         `json:"text"`
	History     *history        `json:"history"`
	Histories   []history       `json:"histories"`
	List        []listRow       `json:"list"`
	Received    *position       `json:"received"`
	Nothing     bool            `json:"nothing"`
	Cut         bool            `json:"cut"`
	Goodbye     *refusal        `json:"goodbye"`
	Wait        *int            `json:"wait"`
	Down        *bool           `json:"down"`
	Dials       *int            `json:"dials"`
	Restart     bool            `json:"restart"`
	Shown       []string        `json:"shown"`
	Outcome     map[string]any  `json:"outcome"`
	Ended       any             `json:"ended"`

	// In changes/ alone.

	Change  *string              `json:"change"`
	Changes *changeFrame         `json:"changes"`
	States  *states              `json:"states"`
	Present map[string]stateView `json:"present"`
	Kept    map[string]stateView `json:"kept"`
	Fetch   *string              `json:"fetch"`
	Fetched map[string]stateView `json:"fetched"`
}

type loginStep struct {
	LastSendSeq int64          `json:"last_send_seq"`
	Log         string         `json:"log"`
	Expect      map[string]any `json:"expect"`
	Without     []string       `json:"without"`
	Same        bool           `json:"same"`
	Plain       bool           `json:"plain"` // the server knows of no changes
}

type post struct {
	To      string `json:"to"`
	Text    string `json:"text"`
	SendSeq int64  `json:"send_seq"`
}

type ack struct {
	SendSeq int64 `json:"send_seq"`
	Seq     int64 `json:"seq"`
	Re      int   `json:"re"`
	Rev     int64 `json:"rev"`
}

type refusal struct {
	Re           int   `json:"re"`
	SendSeq      int64 `json:"send_seq"`
	Code         int   `json:"code"`
	RetryAfterMS int64 `json:"retry_after_ms"`
	SendNext     int64 `json:"send_next"`
	AfterMS      int64 `json:"after_ms"`
}

type history struct {
	Of       string           `json:"of"`
	After    int64            `json:"after"`
	Messages []string         `json:"messages"`
	More     bool             `json:"more"`
	Windows  []map[string]any `json:"windows"`
}

type listRow struct {
	Of        string `json:"of"`
	Delivered int64  `json:"delivered"`
	LastSeq   int64  `json:"last_seq"`
}

type position struct {
	Of  string `json:"of"`
	Seq int64  `json:"seq"`
}

func read[T any](t *testing.T, path string) (v T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// TestDialogues runs every dialogue, in fake time.
func TestDialogues(t *testing.T) {
	cases := read[struct {
		Dialogues []string       `json:"dialogues"`
		Changes   []string       `json:"changes"`
		Vectors   map[string]int `json:"vectors"`
	}](t, "cases.json")
	inFolder(t, "dialogues", cases.Dialogues)
	inFolder(t, "changes", cases.Changes)
	for file, n := range cases.Vectors {
		if all := read[[]json.RawMessage](t, filepath.Join("vectors", file)); len(all) != n {
			t.Errorf("vectors/%s has %d cases, and cases.json says %d", file, len(all), n)
		}
	}
}

// inFolder runs the dialogues of a folder, which are to be these.
func inFolder(t *testing.T, folder string, want []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".json"))
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(names))); diff != "" {
		t.Errorf("cases.json and the files in %s: -cases +files\n%s", folder, diff)
	}
	for _, name := range names {
		d := read[dialogue](t, filepath.Join(folder, name+".json"))
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPlay(t)
				defer p.end()
				for i, s := range d.Steps {
					p.at = i
					p.step(s)
				}
			})
		})
	}
}
