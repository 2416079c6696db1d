//go:build !graph_invalidate_static

package graphinvalidate

import "embed"

//go:embed lib/windows_arm64
var libraries embed.FS
