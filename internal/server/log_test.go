package server

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
)

func TestALineRepeatedWithoutEndIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, out := Default(), new(lines)
		log := newLog(&c, out, chat.SystemClock{})
		for i := range 1000 {
			log.With("part", i%2).Warn("a message was not stored", "seq", i)
		}
		log.Info("something else")
		if n := strings.Count(out.String(), "\n"); n != briefMost+1 {
			t.Errorf("%d lines were written, want %d", n, briefMost+1)
		}
		time.Sleep(briefEvery)
		log.Warn("a message was not stored")
		if want := "left_out_before=980"; !strings.Contains(out.String(), want) {
			t.Errorf("the next line does not say %s:\n%s", want, out)
		}
	})
}

func TestLogLevelAndFormat(t *testing.T) {
	c, out := Default(), new(lines)
	c.LogFormat, c.LogLevel = "json", "warn"
	log := newLog(&c, out, chat.SystemClock{})
	log.Info("no")
	log.Warn("yes", "why", "because")
	if got := out.String(); strings.Contains(got, "no") || !strings.Contains(got, `"msg":"yes","why":"because"`) {
		t.Errorf("got %q", got)
	}
}
