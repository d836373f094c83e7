package server

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Age is a time span that may be long: written in days, as 90d, or as Go writes durations.
type Age time.Duration

const day = 24 * time.Hour

// UnmarshalText reads 90d or 36h.
func (a *Age) UnmarshalText(text []byte) error {
	s := string(text)
	if number, found := strings.CutSuffix(s, "d"); found {
		n, err := strconv.ParseInt(number, 10, 64)
		if err == nil && n >= 0 && n < 100_000 {
			*a = Age(time.Duration(n) * day)
			return nil
		}
	} else if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		*a = Age(d)
		return nil
	}
	return fmt.Errorf("%q is no time span; write for example 90d or 36h", s)
}

// MarshalText writes it so that UnmarshalText reads the same.
func (a Age) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a Age) String() string {
	d := time.Duration(a)
	if d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	return d.String()
}
