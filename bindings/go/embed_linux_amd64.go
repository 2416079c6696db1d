package graphinvalidate

import "embed"

//go:embed lib/linux_amd64
var libraries embed.FS
