//go:build !graph_invalidate_static

package graphinvalidate

import (
	"io"
	"os"
)

const libraryFile = "libgraph_invalidate.dylib"

func openEmbedded(content io.ReadSeeker) (string, uintptr, error) {
	return openFromCache(content)
}

// isPrivileged tells whether the program has more rights than who started it, whose variables then count for nothing.
func isPrivileged() bool {
	return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid()
}
