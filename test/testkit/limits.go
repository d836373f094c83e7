package testkit

// Wide are the flags of a server for many users of one machine.
var Wide = []string{
	"--max-connections-per-address", "100000", "--rate-frames", "1000000", "--rate-requests", "100000", "--rate-accounts", "10000",
	"--bytes-per-minute", "0", "--strangers-per-day", "0", "--stranger-messages-per-day", "0", "--free-attempts-address", "100000", "--hash-wait", "60s", "--hash-queue", "100000",
}

// Unbounded are the flags of a server for scenarios in which an account sends more than one person would.
var Unbounded = []string{"--bytes-per-minute", "0", "--strangers-per-day", "0", "--stranger-messages-per-day", "0"}
