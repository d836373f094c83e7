// Package web holds the built web client, so that the program needs no other file. The sources are in
// app and sdk; `npm run build` in this folder writes dist.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Dist returns the files of the built client, with index.html at the top.
func Dist() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the name is a constant, and valid
	}
	return dist
}
