//go:build !unix

package server

import "io/fs"

// noFollow does not exist here: openOwn looks before it opens.
const noFollow = 0

// owner does not exist here: rights are lists that this program does not read.
func owner(fs.FileInfo) (uid, gid int) { return noOwner, noOwner }

// changedAt does not exist here: no folder can be told from its copy.
func changedAt(fs.FileInfo) string { return "" }
