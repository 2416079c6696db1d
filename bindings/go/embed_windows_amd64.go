//go:build !graph_invalidate_static

package graphinvalidate

import "embed"

//go:embed lib/windows_amd64
var libraries embed.FS
