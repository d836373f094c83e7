//go:build steady

package sim

import _ "unsafe" // for go:linkname

// steady is true in a build whose runtime draws from the seed as well.
const steady = true

//go:linkname steadySeed runtime.steadySeed
func steadySeed(seed uint64)
