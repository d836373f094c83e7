package test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/internal/engines"
)

// TestMain builds the program once for all scenarios, and lets the test binary serve
// as a client process that can be killed.
func TestMain(m *testing.M) {
	if addr := os.Getenv("PARLEY_TEST_CLIENT"); addr != "" {
		victim(addr)
		return
	}
	if db := os.Getenv("PARLEY_TEST_POSTER"); db != "" {
		poster(db)
		return
	}
	if os.Getenv("PARLEY_TEST_RELAY") != "" {
		relay()
		return
	}
	threeAtATime()
	status := m.Run()
	if leaks := leaked.all(); len(leaks) > 0 {
		fmt.Println("FAIL: secrets are in the log of a server:\n" + strings.Join(leaks, "\n"))
		status = 1
	}
	if binary.dir != "" {
		_ = os.RemoveAll(binary.dir)
	}
	os.Exit(status)
}

// threeAtATime lets tests that say so run three at a time where nothing else is asked for: each
// runs servers of its own, and waits most of the time, for leases, time-outs and starts.
func threeAtATime() {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		_ = flag.Set("test.parallel", "3") // it is there
	}
}

var binary struct {
	once sync.Once
	dir  string
	path string
	err  error
}

// binaryEnv names a program that is built already.
const binaryEnv = "PARLEY_TEST_BINARY"

// parley gives the path of the real program, built from this tree.
func parley(t testing.TB) string {
	t.Helper()
	binary.once.Do(func() {
		if binary.path = os.Getenv(binaryEnv); binary.path != "" {
			return
		}
		if binary.dir, binary.err = os.MkdirTemp("", "parley-test-"); binary.err != nil {
			return
		}
		binary.path = filepath.Join(binary.dir, "parley")
		build := exec.Command("go", "build", "-o", binary.path, "parley/cmd/parley")
		if out, err := build.CombinedOutput(); err != nil {
			binary.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if binary.err != nil {
		t.Fatal(binary.err)
	}
	return binary.path
}

// logBuffer is what a process writes, which may be read meanwhile.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	leaked.look(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logBuffer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// process is a running `parley serve`.
type process struct {
	t     testing.TB
	args  []string
	files int // the limit of open files, 0 for that of the test
	cmd   *exec.Cmd
	log   logBuffer
	done  chan struct{} // closed when the process has ended
	tcp   string
	http  string
	admin string
}

var readyLine = regexp.MustCompile(`^parley ready tcp=(\S+) http=(\S+) admin=(\S+) db=(?:sqlite|mysql|postgres)$`)

// serve starts the real program on a data folder and waits until it is ready. The
// ports are free ones the first time and the same after a restart.
func serve(t testing.TB, data string, flags ...string) *process {
	t.Helper()
	p := &process{t: t, args: append([]string{"--data", data}, flags...), tcp: "127.0.0.1:0", http: "127.0.0.1:0", admin: "127.0.0.1:0"}
	p.start()
	t.Cleanup(p.kill)
	return p
}

func (p *process) start() {
	p.t.Helper()
	level := "debug" // so that what is looked for in it is all that there can be
	if _, measured := p.t.(*testing.B); measured {
		level = "warn"
	}
	args := append([]string{"serve", "--tcp", p.tcp, "--http", p.http, "--admin", p.admin, "--log-level", level}, p.args...)
	p.cmd = exec.Command(parley(p.t), args...)
	if p.files > 0 {
		limited := []string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, p.files), parley(p.t)}
		p.cmd = exec.Command("sh", append(limited, args...)...)
	}
	engines.EndWithUs(p.cmd)
	p.log.Reset()
	p.cmd.Stderr = &p.log
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	m := readyLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
	done := make(chan struct{})
	p.done = done
	go func() { _ = p.cmd.Wait(); close(done) }()
	if m == nil {
		<-done
		p.t.Fatalf("no ready line but %q (%v); the log:\n%s", line, err, p.log.String())
	}
	p.tcp, p.http, p.admin = m[1], m[2], m[3]
}

// kill is kill -9, and waits for the end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// restart starts it again on the same folder and ports.
func (p *process) restart() { p.t.Helper(); p.start() }

// metric gives one of the server's metrics.
func (p *process) metric(t testing.TB, name string) float64 {
	t.Helper()
	resp, err := http.Get("http://" + p.admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// memory is the resident memory of the process in bytes.
func (p *process) memory() int64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				p.t.Fatal(err)
			}
			return kib << 10
		}
	}
	p.t.Fatal("no VmRSS")
	return 0
}

// soon is a context for what must happen within patience.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}
