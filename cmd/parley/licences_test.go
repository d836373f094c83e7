package main

import (
	"os/exec"
	"strings"
	"testing"
)

// Every module that the toolchain recorded in the program has its line and its text.
func TestLicencesAreOfWhatIsLinkedIn(t *testing.T) {
	out, err := exec.Command(binary, "licences").Output()
	if err != nil {
		t.Fatal(err)
	}
	table, texts, _ := strings.Cut(string(out), "\n====")
	info, err := exec.Command("go", "version", "-m", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := 0
	for line := range strings.Lines(string(info)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "dep" {
			continue
		}
		modules++
		if !strings.Contains(table, "\n"+fields[1]+" ") || !strings.Contains(texts, fields[1]+" (") {
			t.Errorf("%s is linked in and has no licence; run `make generate`", fields[1])
		}
	}
	if modules == 0 {
		t.Error("go version -m shows no module in the program")
	}
	if !strings.Contains(texts, "Copyright") || !strings.Contains(texts, "The Go Authors") {
		t.Error("the texts lack their copyright lines")
	}
}
