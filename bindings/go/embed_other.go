//go:build !graph_invalidate_static && !((linux || darwin || windows) && (amd64 || arm64))

package graphinvalidate

import "embed"

// No library is made for this platform: [LibraryVariable] can name one.
var libraries embed.FS
