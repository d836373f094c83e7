//go:build !steady

package sim

// steady is true in a build whose runtime draws from the seed as well.
const steady = false

func steadySeed(uint64) {}
