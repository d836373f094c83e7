// Package term is Parley in a terminal: the line client (Chat), one message from a
// script (Send), and messages as they come (Tail). It uses the client package alone.
package term
