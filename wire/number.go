package wire

// numberEnd gives the end of the JSON number that begins at d[i], -1 if none does.
func numberEnd(d []byte, i int) int {
	if i < len(d) && d[i] == '-' {
		i++
	}
	switch {
	case i < len(d) && d[i] == '0':
		i++
	default:
		if i = digitsEnd(d, i); i < 0 {
			return -1
		}
	}
	if i < len(d) && d[i] == '.' {
		if i = digitsEnd(d, i+1); i < 0 {
			return -1
		}
	}
	if i < len(d) && (d[i] == 'e' || d[i] == 'E') {
		i++
		if i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		return digitsEnd(d, i)
	}
	return i
}

// digitsEnd gives the end of at least one digit at d[i], -1 if there is none.
func digitsEnd(d []byte, i int) int {
	start := i
	for i < len(d) && d[i] >= '0' && d[i] <= '9' {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// wholeNumber gives the value of a JSON number if that is a whole number from 0 to
// MaxInteger, however it is written.
func wholeNumber(raw []byte) (int64, bool) {
	if len(raw) > 0 && len(raw) <= 15 { // nearly all are short and plain
		var v int64
		for _, c := range raw {
			if c < '0' || c > '9' {
				return oddNumber(raw)
			}
			v = v*10 + int64(c-'0')
		}
		if raw[0] != '0' || len(raw) == 1 {
			return v, true
		}
	}
	return oddNumber(raw)
}

// oddNumber is wholeNumber for any sign, fraction and exponent: the number is its
// significant digits times a power of ten.
func oddNumber(raw []byte) (int64, bool) {
	if numberEnd(raw, 0) != len(raw) {
		return 0, false
	}
	i := 0
	negative := raw[0] == '-'
	if negative {
		i++
	}
	var value, zeros int64 // zeros are seen behind the last significant digit
	var power int64
	point := false
	for ; i < len(raw) && raw[i] != 'e' && raw[i] != 'E'; i++ {
		if raw[i] == '.' {
			point = true
			continue
		}
		if point {
			power--
		}
		if raw[i] == '0' {
			if value != 0 {
				zeros++
			}
			continue
		}
		if value, zeros = timesTen(value, zeros+1), 0; value < 0 {
			return 0, false // more significant digits than any number allowed has
		}
		value += int64(raw[i] - '0')
	}
	if value == 0 {
		return 0, true
	}
	power += zeros
	if i < len(raw) {
		power += exponent(raw[i+1:])
	}
	if negative || power < 0 {
		return 0, false
	}
	value = timesTen(value, power)
	return value, value >= 0 && value <= MaxInteger
}

// timesTen gives v times ten to the n, -1 if that is beyond MaxInteger.
func timesTen(v, n int64) int64 {
	for ; n > 0 && v != 0; n-- {
		if v > MaxInteger/10 {
			return -1
		}
		v *= 10
	}
	return v
}

// exponent reads the digits behind an e, with their sign; far beyond the length of
// any frame it stops counting.
func exponent(raw []byte) int64 {
	negative := raw[0] == '-'
	if negative || raw[0] == '+' {
		raw = raw[1:]
	}
	var v int64
	for _, c := range raw {
		if v < 1<<40 {
			v = v*10 + int64(c-'0')
		}
	}
	if negative {
		return -v
	}
	return v
}
