// Package sim runs whole clusters of Parley in one process, in fake time, through
// faults that are drawn from a seed: nodes are killed, connections cut in the middle
// of a frame, notices lost, commits left in doubt. The hub, the use cases, the gate
// and the SDK are the real ones; the database, the bus, the network and the clocks are
// doubles that fail. After each run the promises are checked. See docs/testing.md.
package sim
