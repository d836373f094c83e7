// Package memstore is a store in memory for simulations: one Database, shared by
// any number of nodes, each of which has a Store of its own. It passes the contract of
// every store (internal/store/storetest), is fast, can be looked into, and fails as it
// is told: commits that are refused, that are lost, or that took effect although
// nobody knows.
package memstore
