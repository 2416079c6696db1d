// Signoutserver is an HTTP service that signs users out:
//
//	curl -X POST -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/users/adele.vance@contoso.example/sign-out
//
// It acts with the access token that its caller sends, so that it can do nothing that the caller may not; and it ends a
// call whose caller has gone. It answers with the outcome as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

func main() {
	address := flag.String("listen", "127.0.0.1:8080", "where to listen; put TLS in front of anything but this machine")
	flag.Parse()
	if err := serve(*address); err != nil {
		log.Fatal(err)
	}
}

func serve(address string) error {
	// One client for all callers: each call asks for its token, with the context of its request.
	client, err := graphinvalidate.NewClient(graphinvalidate.Options{TokenProvider: callersToken, Timeout: 30 * time.Second})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Handler: handler(client), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
	})
	fmt.Println("listening on http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// tokenOfCaller is the key of the caller's access token in the context of a request.
type tokenOfCaller struct{}

func callersToken(ctx context.Context) (string, error) {
	token, _ := ctx.Value(tokenOfCaller{}).(string)
	return token, nil
}

func handler(client *graphinvalidate.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /users/{user}/sign-out", func(writer http.ResponseWriter, request *http.Request) {
		token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
		if !found || token == "" {
			writer.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(writer, "send an access token for Microsoft Graph", http.StatusUnauthorized)
			return
		}
		ctx := context.WithValue(request.Context(), tokenOfCaller{}, token)
		outcome, err := client.Invalidate(ctx, request.PathValue("user"))
		status := http.StatusOK
		var failure *graphinvalidate.Error
		if errors.As(err, &failure) {
			outcome, status = failure.Outcome, statusOf(failure)
			if outcome.RetryAfter > 0 {
				writer.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(outcome.RetryAfter.Seconds()))))
			}
		} else if err != nil {
			http.Error(writer, err.Error(), http.StatusInternalServerError)
			return
		}
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(status)
		_ = json.NewEncoder(writer).Encode(outcome)
	})
	return mux
}

// statusOf is what a failure means to the caller.
func statusOf(failure *graphinvalidate.Error) int {
	switch {
	case errors.Is(failure, graphinvalidate.ErrInput):
		return http.StatusBadRequest
	case errors.Is(failure, graphinvalidate.ErrToken):
		return http.StatusUnauthorized
	case errors.Is(failure, graphinvalidate.ErrPermission):
		return http.StatusForbidden
	case errors.Is(failure, graphinvalidate.ErrUser):
		return http.StatusNotFound
	case errors.Is(failure, graphinvalidate.ErrThrottled):
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadGateway
	}
}
