# The Go module in a program for Linux on arm64.
# needs=linux-arm64,arm64,apt-get,go
source "$CHECKOUT/xtask/trials/support/arm64.bash"
source "$CHECKOUT/xtask/trials/support/go-program.bash"
root=$(arm64_root)
go_program
GOARCH=arm64 CGO_ENABLED=0 go build -o one .
said=$(arm64 -L "$root" ./one)
[ "$said" = "linux arm64 accepted" ] || { echo "$said"; exit 1; }
