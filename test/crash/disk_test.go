package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// TestFullDisk fills a small file system. What does not fit is refused for now, what
// was acked is there, and when there is room again it goes on without a restart.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		asRoot(t)
		return
	}
	data := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", data).CombinedOutput(); err != nil {
		t.Fatalf("this test needs the right to mount a tmpfs: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", data).Run() })
	p := testkit.Serve(t, filepath.Join(data, "parley"), append([]string{"--disk-reserve", "0"}, testkit.Unbounded...)...)
	ballast := filepath.Join(data, "ballast")
	a, _ := testkit.Account(t, p, "alice")
	_, bob := testkit.Account(t, p, "bob")
	me := testkit.Login(t, a)
	if _, err := me.Send(testkit.Soon(t), bob, "the first"); err != nil {
		t.Fatal(err)
	}
	plain := testkit.DialPlain(t, p.TCP)
	plain.Say(t, `{"msgid":2,"name":"alice","pwd":"%s","device":"other"}`, testkit.Password)
	if got := plain.Await(t, wire.LoginAnswer); got.Erron != wire.OK {
		t.Fatalf("login: code %d", got.Erron)
	}
	fill(t, ballast)

	code := wire.OK
	sent := 0
	for code == wire.OK {
		plain.Say(t, `{"msgid":4,"to":%d,"msg":"%01000d"}`, bob, sent)
		code = plain.Ack(t, wire.Chat)
		if sent++; sent > 10_000 {
			t.Fatal("the disk does not get full")
		}
	}
	if code != wire.StoreFull || !code.Retry() {
		t.Errorf("a full disk is told as code %d (%s)", code, code.Text())
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	// The SDK goes on trying by itself.
	if _, err := me.Send(testkit.Soon(t), bob, "the last"); err != nil {
		t.Fatalf("after there was room again: %v", err)
	}
	got := testkit.ReadAll(t, me, client.Direct(bob))
	if acked := sent - 1 + 2; len(got) != acked { // the last one sent plainly was refused
		t.Errorf("%d messages are there; %d were acked", len(got), acked)
	}
}

// asRoot runs the calling test in a process that may mount: root in namespaces of its own.
func asRoot(t *testing.T) {
	t.Helper()
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--mount", os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), testkit.ProgramEnv+"="+testkit.Program(t))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("the test in a namespace of its own (unshare, of util-linux, or run this as root): %v", err)
	}
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size >= 1; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// TestDiskReserve: before a real disk is full, who fills it is held back, and others still
// talk. With room again all is as before, without a restart.
func TestDiskReserve(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		asRoot(t)
		return
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("this test needs the right to mount a tmpfs: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	p := testkit.Serve(t, filepath.Join(dir, "parley"), "--disk-reserve", "50%", "--scarce-bytes-per-minute", "20KiB")
	_, loud := testkit.Account(t, p, "loud")
	_, calm := testkit.Account(t, p, "calm")
	people := map[string]*testkit.Plain{}
	for _, name := range []string{"loud", "calm"} {
		people[name] = testkit.DialPlain(t, p.TCP)
		people[name].Say(t, `{"msgid":2,"name":"%s","pwd":"%s"}`, name, testkit.Password)
		people[name].Await(t, wire.LoginAnswer)
	}
	says := func(name string, to int64) wire.Code {
		people[name].Say(t, `{"msgid":4,"to":%d,"msg":"%s"}`, to, strings.Repeat("x", 4000))
		return people[name].Ack(t, wire.Chat)
	}
	for range 20 {
		if code := says("loud", calm); code != wire.OK {
			t.Fatalf("with room: code %d", code)
		}
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	testkit.WaitFor(t, "the server to see that there is little room", func() bool { return p.Metric(t, "parley_disk_scarce") == 1 })
	code, sent := wire.OK, 0
	for ; code == wire.OK && sent < 20; sent++ {
		code = says("loud", calm)
	}
	if code != wire.StoreFull || sent > 8 {
		t.Errorf("%d messages and then code %d", sent, code)
	}
	if code := says("calm", loud); code != wire.OK {
		t.Errorf("somebody who sends little is answered with code %d", code)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	testkit.WaitFor(t, "the server to see that there is room", func() bool { return p.Metric(t, "parley_disk_scarce") == 0 })
	if code := says("loud", calm); code != wire.OK {
		t.Errorf("with room again: code %d", code)
	}
	if n := p.Metric(t, "parley_scarce_refused_total"); n != 1 {
		t.Errorf("%v refusals are counted, want 1", n)
	}
}
