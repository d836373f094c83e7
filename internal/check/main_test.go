package main

import (
	"context"
	"strings"
	"testing"
)

func TestFuzzName(t *testing.T) {
	for line, want := range map[string]string{
		"func FuzzCutter(f *testing.F) {": "FuzzCutter",
		"func Fuzzy(x int) {":             "",
		"func TestFuzz(t *testing.T) {":   "",
		"// func FuzzNot(f *testing.F) {": "",
	} {
		got, ok := fuzzName(line)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v, want %q", line, got, ok, want)
		}
	}
}

func TestUnknownStepIsNamed(t *testing.T) {
	err := run(context.Background(), "lint,nothing", options{})
	if err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("got %v, want an error that names the step", err)
	}
}
