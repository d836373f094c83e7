package main

import "testing"

// TestWebLock: the lock file of the web part names no host, and one that does is found.
func TestWebLock(t *testing.T) {
	if err := webLock("../.."); err != nil {
		t.Error(err)
	}
	if _, found := foreign("  \"node_modules/x\": {\n    \"resolved\": \"https://host/x.tgz\",\n"); !found {
		t.Error("a host was not found")
	}
	if line, found := foreign("    \"resolved\": \"sdk\",\n"); found {
		t.Errorf("%s is no host", line)
	}
}
