package server

import (
	"fmt"
	"strconv"
	"strings"
)

// Reserve is how much of a disk is to stay free: a number of bytes, written as 2GiB, or a
// part of the disk, written as 5%. A part is never more than mostOfPart.
type Reserve struct {
	Percent int64
	Size    Size
}

// mostOfPart bounds what a part of a large disk comes to.
const mostOfPart = 2 << 30

// UnmarshalText reads 5% or 2GiB.
func (r *Reserve) UnmarshalText(text []byte) error {
	if number, found := strings.CutSuffix(string(text), "%"); found {
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n < 0 || n > 100 {
			return fmt.Errorf("%q is no part of a disk; write for example 5%%, or 2GiB", text)
		}
		*r = Reserve{Percent: n}
		return nil
	}
	var size Size
	if err := size.UnmarshalText(text); err != nil {
		return fmt.Errorf("%q is no part of a disk and no number of bytes; write for example 5%% or 2GiB", text)
	}
	*r = Reserve{Size: size}
	return nil
}

// MarshalText writes it so that UnmarshalText reads the same.
func (r Reserve) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func (r Reserve) String() string {
	if r.Percent != 0 {
		return strconv.FormatInt(r.Percent, 10) + "%"
	}
	return r.Size.String()
}

// of is the reserve of a disk with so many bytes.
func (r Reserve) of(total uint64) uint64 {
	if r.Percent != 0 {
		return min(total/100*uint64(r.Percent), mostOfPart) //nolint:gosec // 1 to 50
	}
	return uint64(r.Size) //nolint:gosec // never negative
}
