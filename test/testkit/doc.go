// Package testkit is what the tests of the whole share: it builds the program, starts it with
// the servers and the clients that a scenario needs, breaks them, waits for facts, and looks
// through what servers log. The packages beside it hold the scenarios, one area each.
//
// What waits gives up after Patience, and ends the test. Nothing here may be used by several
// goroutines at the same time, unless it says so; logs may always be read.
package testkit
