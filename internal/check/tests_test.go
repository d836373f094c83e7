package main

import (
	"strings"
	"testing"
)

func TestTestsAreCounted(t *testing.T) {
	events := `{"Action":"start","Package":"p/a"}
{"Action":"run","Package":"p/a","Test":"TestGood"}
{"Action":"output","Package":"p/a","Test":"TestGood","Output":"noise of what passed\n"}
{"Action":"pass","Package":"p/a","Test":"TestGood","Elapsed":7.5}
{"Action":"pass","Package":"p/a","Test":"TestGood/part","Elapsed":7}
{"Action":"output","Package":"p/a","Test":"TestBad/one","Output":"    a_test.go:7: 1, want 2\n"}
{"Action":"fail","Package":"p/a","Test":"TestBad/one"}
{"Action":"fail","Package":"p/a","Test":"TestBad","Elapsed":61.25}
{"Action":"output","Package":"p/a","Output":"FAIL\tp/a\t0.1s\n"}
{"Action":"fail","Package":"p/a"}
{"Action":"output","Package":"p/b","Test":"TestServer","Output":"    b_test.go:9: redis-server is not installed\n"}
{"Action":"output","Package":"p/b","Test":"TestServer","Output":"--- SKIP: TestServer (0.00s)\n"}
{"Action":"skip","Package":"p/b","Test":"TestServer"}
{"Action":"output","Package":"p/b","Test":"TestMount","Output":"    b_test.go:9: this test needs the right to mount: no\n"}
{"Action":"skip","Package":"p/b","Test":"TestMount"}
{"Action":"output","Package":"p/b","Output":"PASS\n"}
{"Action":"output","Package":"p/b","Output":"ok  \tp/b\t0.1s\n"}
{"Action":"pass","Package":"p/b"}
{"ImportPath":"p/c","Action":"build-output","Output":"c.go:1: undefined: x\n"}
{"ImportPath":"p/c","Action":"build-fail"}
{"Action":"fail","Package":"p/c","FailedBuild":"p/c"}
{"Action":"output","Package":"p/d","Test":"TestHangs","Output":"panic: test timed out\n"}
{"Action":"fail","Package":"p/d"}
`
	var c tally
	var show strings.Builder
	if err := c.read(strings.NewReader(events), &show); err != nil {
		t.Fatal(err)
	}
	if got := c.String(); got != "tests: 2 passed, 4 failed, 2 skipped" {
		t.Error(got)
	}
	if len(c.unexcused) != 1 || c.unexcused[0] != "p/b TestServer: redis-server is not installed" {
		t.Errorf("unexcused: %q", c.unexcused)
	}
	for _, want := range []string{"1, want 2", "FAIL\tp/a", "ok  \tp/b", "undefined: x", "test timed out"} {
		if !strings.Contains(show.String(), want) {
			t.Errorf("%q is not shown", want)
		}
	}
	for _, not := range []string{"noise", "PASS"} {
		if strings.Contains(show.String(), not) {
			t.Errorf("%q is shown", not)
		}
	}
	var slowest strings.Builder
	c.tellSlowest(&slowest, 5)
	if want := "  61.2 s  p/a TestBad\n   7.5 s  p/a TestGood\n"; slowest.String() != want {
		t.Errorf("slowest:\n%swant:\n%s", slowest.String(), want)
	}
}
