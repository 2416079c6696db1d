# A program of one call, in the folder program, with the module of the files.

go_program() {
  tar xf "graph-invalidate-go-$VERSION.tar.gz"
  mkdir program
  cd program
  cat >main.go <<'END'
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	graphinvalidate "github.com/graph-invalidate/graph-invalidate/bindings/go"
)

func main() {
	token := graphinvalidate.WithToken(os.Getenv("GRAPH_INVALIDATE_TOKEN"))
	outcome, err := graphinvalidate.InvalidateAllRefreshTokens(context.Background(), "adele.vance@contoso.example", token)
	if err != nil {
		panic(err)
	}
	fmt.Println(runtime.GOOS, runtime.GOARCH, outcome.Status)
}
END
  local module=github.com/graph-invalidate/graph-invalidate/bindings/go
  go mod init program
  go mod edit -require "$module@v$VERSION"
  go mod edit -replace "$module=../graph-invalidate-go-$VERSION"
  go mod edit -replace "github.com/ebitengine/purego=../graph-invalidate-go-$VERSION/third-party/purego"
  export GOFLAGS=-mod=mod GOPROXY=off
}
