//go:build !graph_invalidate_static

package graphinvalidate

import "embed"

//go:embed lib/linux_amd64
var libraries embed.FS
