// Package test holds what is tested from outside: dialogues (dialogues/*.txt), and
// scenarios against the real binary.
package test
