package front

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"parley/test/testkit"
)

var updateReadme = flag.Bool("transcript.update", false, "write the transcript of a first chat into README.md")

// seat is one of the two people of the transcript, with what stands on their screen.
type seat struct {
	name  string
	state string
	k     *keyboard
	shown int // lines of this screen that are in the transcript already
}

// transcript is a chat of two people as the real program shows it, in two columns.
type transcript struct {
	t     *testing.T
	p     *testkit.Process
	left  seat
	right seat
	rows  [][2]string
}

// TestTranscriptOfTheReadme has two people do what the README shows, at real terminals,
// and compares what they see with it.
func TestTranscriptOfTheReadme(t *testing.T) {
	t.Parallel()
	s := &transcript{t: t, p: testkit.Serve(t, t.TempDir())}
	s.left = seat{name: "alice", state: filepath.Join(t.TempDir(), "state")}
	s.right = seat{name: "bob", state: filepath.Join(t.TempDir(), "state")}
	alice, bob := &s.left, &s.right
	s.start(alice, "--register")
	s.sees("/help lists", "")
	s.start(bob, "--register")
	s.sees("", "/help lists")
	s.step(alice, "/friend bob", "bob is now your friend", "alice is now your friend")
	s.step(alice, "/to bob", "now talking to bob", "")
	s.step(alice, "hello bob", "✓ bob 1", "alice: hello bob")
	s.step(bob, "/to alice", "", "now talking to alice")
	s.step(bob, "hi alice", "bob: hi alice", "✓ alice 2")
	s.step(alice, "/mkgroup chess on Fridays", "group #1 chess is made", "")
	s.step(bob, "/join 1", "bob joined #1 chess", "you are in #1 chess now")
	s.step(bob, "who plays?", "bob: who plays?", "✓ #1 chess 1")
	s.step(bob, "/logout", "bob is offline", "#1 chess> /logout")
	s.step(alice, "are you there?", "✓ bob 3", "")
	s.start(bob)
	s.sees("bob is online", "alice: are you there?")

	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(readme), "```\n$ parley chat")
	was, after, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("README.md has no block that begins with `$ parley chat`")
	}
	got := strings.TrimPrefix(s.String(), "$ parley chat")
	if *updateReadme {
		if err := os.WriteFile(path, []byte(before+"```\n$ parley chat"+got+"```\n"+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(strings.Split(was, "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("README.md shows another chat (-README +now); if this is as it should be:\n"+
			"go test ./test/front -run TestTranscriptOfTheReadme -transcript.update\n%s", d)
	}
}

// start begins a program, which asks for the password.
func (s *transcript) start(who *seat, flags ...string) {
	s.t.Helper()
	who.k = sitAs(s.t, s.p, who.name, who.state, "", flags...)
	who.shown = 0
	s.add(who, strings.Join(append([]string{"$ parley chat --name " + who.name}, flags...), " "))
	who.k.sees("Password of " + who.name)
	who.k.types(testkit.Password)
}

// step has somebody type a line, and waits for what both then see.
func (s *transcript) step(who *seat, types, left, right string) {
	s.t.Helper()
	who.k.types(types)
	s.sees(left, right)
}

// sees waits until both have on their screens what they should, and takes down what is new.
func (s *transcript) sees(left, right string) {
	s.t.Helper()
	for _, w := range []struct {
		seat *seat
		see  string
	}{{&s.left, left}, {&s.right, right}} {
		if w.see != "" {
			testkit.WaitFor(s.t, fmt.Sprintf("%q on the screen of %s", w.see, w.seat.name), func() bool {
				return slices.ContainsFunc(w.seat.new(), func(line string) bool { return strings.Contains(line, w.see) })
			})
		}
	}
	s.take()
}

// new returns what stands on the screen and is not in the transcript yet, without the line
// that is being typed.
func (w *seat) new() []string {
	lines := screenLines(w.k.text())
	return lines[min(w.shown, len(lines)):]
}

func (s *transcript) add(who *seat, line string) {
	row := [2]string{line, ""}
	if who == &s.right {
		row = [2]string{"", line}
	}
	s.rows = append(s.rows, row)
}

// take adds what is new on both screens, side by side.
func (s *transcript) take() {
	var fresh [2][]string
	for i, who := range []*seat{&s.left, &s.right} {
		if who.k == nil {
			continue
		}
		fresh[i] = who.new()
		who.shown += len(fresh[i])
	}
	// What came of a line stands beside its end.
	n := max(len(fresh[0]), len(fresh[1]))
	for i := range n {
		var row [2]string
		for side, lines := range fresh {
			if at := i - (n - len(lines)); at >= 0 {
				row[side] = lines[at]
			}
		}
		s.rows = append(s.rows, row)
	}
}

var clockTime = regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`)

// String lays the transcript out. Times of day are replaced: they grow by a second.
func (s *transcript) String() string {
	width := 0
	for _, row := range s.rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	var b strings.Builder
	second := 30
	for _, row := range s.rows {
		line := strings.TrimRight(fmt.Sprintf("%-*s │ %s", width, row[0], row[1]), " ")
		line = clockTime.ReplaceAllStringFunc(line, func(string) string {
			second++
			return "22:44:" + strconv.Itoa(second)
		})
		b.WriteString(line + "\n")
	}
	return b.String()
}

var control = regexp.MustCompile(`^\x1b\[(\??)(\d*)([A-Za-z])`)

// screenLines returns what stands on the screen of a terminal that got these bytes, but for
// the last line, where something is typed. It knows what the line editor uses, and panics
// at anything else.
func screenLines(raw string) []string {
	screen := [][]rune{nil}
	row, col := 0, 0
	for len(raw) > 0 {
		if m := control.FindStringSubmatch(raw); m != nil {
			raw = raw[len(m[0]):]
			n := 1
			if m[2] != "" {
				n, _ = strconv.Atoi(m[2])
			}
			switch {
			case m[1] == "?": // a mode of the terminal
			case m[3] == "A":
				row -= n
			case m[3] == "B":
				row += n
			case m[3] == "C":
				col += n
			case m[3] == "D":
				col = max(0, col-n)
			case m[3] == "K":
				screen[row] = screen[row][:min(col, len(screen[row]))]
			case m[3] == "J":
				screen[row] = screen[row][:min(col, len(screen[row]))]
				screen = screen[:row+1]
			default:
				panic(fmt.Sprintf("the terminal was sent %q", m[0]))
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(raw)
		raw = raw[size:]
		switch r {
		case '\r':
			col = 0
		case '\n':
			row++
		case '\x1b':
			return lastOff(screen) // the rest of it is to come
		default:
			for len(screen[row]) <= col {
				screen[row] = append(screen[row], ' ')
			}
			screen[row][col] = r
			col++
		}
		for len(screen) <= row {
			screen = append(screen, nil)
		}
	}
	return lastOff(screen)
}

func lastOff(screen [][]rune) []string {
	lines := make([]string, 0, len(screen))
	for _, l := range screen[:len(screen)-1] {
		lines = append(lines, strings.TrimRight(string(l), " "))
	}
	return lines
}
