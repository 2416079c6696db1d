//go:build !graph_invalidate_static

package graphinvalidate

import "embed"

//go:embed lib/darwin_arm64
var libraries embed.FS
