package graphinvalidate

import "embed"

//go:embed lib/linux_arm64
var libraries embed.FS
