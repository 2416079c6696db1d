# The Go module in a program for Windows.
# needs=win-x64,win-arm64,wine,go
source "$CHECKOUT/xtask/trials/support/go-program.bash"
go_program
GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -o one.exe .
GOOS=windows GOARCH=arm64 CGO_ENABLED=0 go build -o other.exe .
said=$(wine ./one.exe | tr -d '\r')
[ "$said" = "windows amd64 accepted" ] || { echo "$said"; exit 1; }
