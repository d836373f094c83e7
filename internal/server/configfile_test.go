package server

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheDefaultFileIsTheDefault(t *testing.T) {
	got, err := CheckFile(writeFile(t, DefaultYAML()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the default file differs from the defaults (-default +file):\n%s", diff)
	}
}

func TestEveryFieldIsASetting(t *testing.T) {
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		tag := fields.Field(i).Tag
		for _, key := range []string{"name", "group", "help"} {
			if tag.Get(key) == "" {
				t.Errorf("%s has no %s", fields.Field(i).Name, key)
			}
		}
		if _, ok := tag.Lookup("default"); !ok {
			t.Errorf("%s has no default", fields.Field(i).Name)
		}
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":      {"tcpp: :1\n", `unknown key "tcpp"`},
		"two unknown keys": {"a: 1\nb: 1\n", `unknown key "b"`},
		"underscore":       {"max_text: 1\n", `did you mean "max-text"`},
		"not YAML":         {"tcp: [\n", "configuration file"},
		"key twice":        {"tcp: :1\ntcp: :2\n", "tcp"},
		"map":              {"tcp:\n  port: 1\n", `key "tcp" must be a value`},
		"empty":            {"tcp:\n", `key "tcp" has no value`},
		"not a number":     {"max-text: many\n", "max-text"},
		"not a size":       {"max-frame: big\n", "max-frame"},
		"not a duration":   {"heartbeat: 30\n", "heartbeat"},
		"no choice":        {"registration: maybe\n", "registration"},
		"out of range":     {"password-min: 0\n", "password-min: 0 is not between"},
		"no port":          {"tcp: localhost\n", "HOST:PORT"},
		"other database":   {"db: oracle://x\n", "oracle databases are not supported"},
		"bus alone":        {"bus: redis://h:1\n", "only nodes that share a database server need one"},
		"short stop":       {"drain-window: 1m\n", "stop-timeout: 15s is too short"},
		"no database":      {"db: parley.db\n", "sqlite://FILE"},
		"text over frame":  {"max-text: 6000\n", "raise max-frame or lower max-text"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := CheckFile(writeFile(t, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	if _, err := CheckFile(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("no file: got %v", err)
	}
}

func TestGoodFile(t *testing.T) {
	c, err := CheckFile(writeFile(t, "tcp: 127.0.0.1:0\nmax-frame: 1MiB\nheartbeat: 1m30s\nregistration: closed\ndb: sqlite:///var/lib/x.db\n"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := c.database()
	if err != nil {
		t.Fatal(err)
	}
	if c.TCP != "127.0.0.1:0" || c.MaxFrame != 1<<20 || c.Heartbeat != 90*time.Second || c.Registration != "closed" || file != "sqlite:/var/lib/x.db" {
		t.Errorf("got %+v and database %s", c, file)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Size{"0": 0, "17": 17, "17B": 17, "64KiB": 64 << 10, "1 MiB": 1 << 20, "2GiB": 2 << 30} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
		var again Size
		if err := again.UnmarshalText([]byte(got.String())); err != nil || again != got {
			t.Errorf("%q became %q and then %d, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "KiB", "-1", "1.5MiB", "1KB", "99999999999999999GiB"} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %d", text, got)
		}
	}
}

func TestUnknownVariables(t *testing.T) {
	got := UnknownEnv([]string{
		"PARLEY_TCP=:1", "PARLEY_TPC=:1", "PATH=/bin",
		"PARLEY_SERVICE_HOST=10.0.0.1", "PARLEY_PORT_6000_TCP=tcp://10.0.0.1:6000",
	}, map[string]bool{"PARLEY_TCP": true})
	if len(got) != 1 || got[0] != "PARLEY_TPC" {
		t.Errorf("got %q, want PARLEY_TPC alone", got)
	}
}
