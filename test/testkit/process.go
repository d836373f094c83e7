package testkit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/engines"
)

// Process is a running `parley serve`, or what stands for one.
type Process struct {
	T     testing.TB
	Args  []string
	Files int // the limit of open files, 0 for that of the test
	// Path is the program, "" for the one that is built from this tree.
	Path  string
	Cmd   *exec.Cmd
	Log   LogBuffer
	Done  chan struct{} // closed when the process has ended
	TCP   string
	HTTP  string
	Admin string
}

var readyLine = regexp.MustCompile(`^parley ready tcp=(\S+) http=(\S+) admin=(\S+) db=(?:sqlite|mysql|postgres)$`)

// Serve starts the real program on a data folder and waits until it is ready. The
// ports are free ones the first time and the same after a restart.
func Serve(t testing.TB, data string, flags ...string) *Process {
	t.Helper()
	return ServeAs(t, "", data, flags...)
}

// ServeAs is Serve with another program.
func ServeAs(t testing.TB, path, data string, flags ...string) *Process {
	t.Helper()
	p := &Process{T: t, Path: path, Args: append([]string{"--data", data}, flags...), TCP: "127.0.0.1:0", HTTP: "127.0.0.1:0", Admin: "127.0.0.1:0"}
	p.Start()
	t.Cleanup(p.Kill)
	return p
}

// Start starts it and waits until it is ready.
func (p *Process) Start() {
	p.T.Helper()
	level := "debug" // so that what is looked for in it is all that there can be
	if _, measured := p.T.(*testing.B); measured {
		level = "warn"
	}
	args := append([]string{"serve", "--tcp", p.TCP, "--http", p.HTTP, "--admin", p.Admin, "--log-level", level}, p.Args...)
	program := p.Path
	if program == "" {
		program = Program(p.T)
	}
	p.Cmd = exec.Command(program, args...)
	if p.Files > 0 {
		limited := []string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, p.Files), program}
		p.Cmd = exec.Command("sh", append(limited, args...)...)
	}
	engines.EndWithUs(p.Cmd)
	p.Log.Reset()
	p.Cmd.Stderr = &p.Log
	stdout, err := p.Cmd.StdoutPipe()
	if err != nil {
		p.T.Fatal(err)
	}
	if err := p.Cmd.Start(); err != nil {
		p.T.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	m := readyLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
	done := make(chan struct{})
	p.Done = done
	go func() { _ = p.Cmd.Wait(); close(done) }()
	if m == nil {
		<-done
		p.T.Fatalf("no ready line but %q (%v); the log:\n%s", line, err, p.Log.String())
	}
	p.TCP, p.HTTP, p.Admin = m[1], m[2], m[3]
}

// Kill is kill -9, and waits for the end.
func (p *Process) Kill() {
	_ = p.Cmd.Process.Kill()
	<-p.Done
}

// Restart starts it again on the same folder and ports.
func (p *Process) Restart() { p.T.Helper(); p.Start() }

// Metric returns one of the server's metrics.
func (p *Process) Metric(t testing.TB, name string) float64 {
	t.Helper()
	resp, err := http.Get("http://" + p.Admin + "/metrics")
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

// Memory is the resident memory of the process in bytes.
func (p *Process) Memory() int64 {
	p.T.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		p.T.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				p.T.Fatal(err)
			}
			return kib << 10
		}
	}
	p.T.Fatal("no VmRSS")
	return 0
}

// Readyz is what a node says of itself; status 0 if it does not answer.
func (p *Process) Readyz() (status int, reasons []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Admin+"/readyz", http.NoBody)
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	var said struct {
		Reasons []struct {
			Degraded  bool
			What, Why string
		}
	}
	if json.NewDecoder(resp.Body).Decode(&said) != nil {
		return resp.StatusCode, nil
	}
	for _, r := range said.Reasons {
		if r.Degraded {
			r.What = "degraded: " + r.What
		}
		reasons = append(reasons, r.What)
	}
	return resp.StatusCode, reasons
}
