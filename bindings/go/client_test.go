package graphinvalidate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

func TestOneCallDoesTheWholeJobAndCanBeVerified(t *testing.T) {
	emulator := startEmulator(t)
	t.Setenv("GRAPH_INVALIDATE_ENDPOINT", emulator.url)
	outcome, err := graphinvalidate.InvalidateAllRefreshTokens(t.Context(), adele, graphinvalidate.WithToken(emulator.token("")))
	if err != nil || outcome.Status != graphinvalidate.StatusAccepted {
		t.Fatal(outcome, err)
	}
	client := emulator.client(graphinvalidate.Options{})
	verified, err := client.Verify(t.Context(), adele, outcome.ServerDate)
	if err != nil || verified.Status != graphinvalidate.StatusVerified || verified.ID == "" {
		t.Fatal(verified, err)
	}
	shown, err := client.ShowCutOff(t.Context(), adele)
	if err != nil || shown.Status != graphinvalidate.StatusShown {
		t.Fatal(shown, err)
	}
	// What an outcome without the service's Date holds is no time to prove anything by.
	if _, err := client.Verify(t.Context(), adele, time.Time{}); !errors.Is(err, graphinvalidate.ErrInput) {
		t.Fatal(err)
	}
}

func TestFailuresTellTheirKindStatusAndHint(t *testing.T) {
	emulator := startEmulator(t)
	_, err := emulator.client(graphinvalidate.Options{}).Invalidate(t.Context(), "nobody@contoso.example")
	var failure *graphinvalidate.Error
	if !errors.Is(err, graphinvalidate.ErrUser) || !errors.As(err, &failure) {
		t.Fatal(err)
	}
	outcome := failure.Outcome
	if outcome.Status != graphinvalidate.StatusUserNotFound || outcome.HTTPStatus != 404 || outcome.Hint == "" {
		t.Fatal(outcome)
	}
	for _, other := range []error{graphinvalidate.ErrToken, graphinvalidate.ErrInput, context.Canceled} {
		if errors.Is(err, other) {
			t.Fatal(other)
		}
	}
}

func TestKeysThatCCannotHoldAreRefusedByName(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	for key, says := range map[string]string{"adele\x00b": "U+0000", "a\xffb": "UTF-8", "": "empty"} {
		_, err := client.Invalidate(t.Context(), key)
		if !errors.Is(err, graphinvalidate.ErrInput) || !strings.Contains(err.Error(), says) {
			t.Fatalf("%q: %v", key, err)
		}
	}
}

func TestAContextEndsACallWhateverTheNetworkDoes(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	emulator.ask("faults", []any{map[string]any{"kind": "stall", "times": 4}})
	reason := errors.New("the incident is over")

	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(200*time.Millisecond, func() { cancel(reason) })
	begun := time.Now()
	_, err := client.Invalidate(ctx, adele)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) || !errors.Is(err, graphinvalidate.ErrRun) {
		t.Fatal(err)
	}

	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	_, err = client.Invalidate(ctx, adele)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if waited := time.Since(begun); waited > 10*time.Second {
		t.Fatal(waited)
	}

	_, err = client.Invalidate(ctx, "somebody@contoso.example")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "before the request was sent: context deadline exceeded") {
		t.Fatal(err)
	}
}

func TestACallsTokenIsTheCallsWhoeverElseCalls(t *testing.T) {
	emulator := startEmulator(t)
	type caller struct{}
	tokens := map[string]string{}
	for _, user := range []string{adele, "admin@contoso.example"} {
		tokens[user] = emulator.token(user)
	}
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(ctx context.Context) (string, error) {
		return tokens[ctx.Value(caller{}).(string)], nil
	}})
	var group sync.WaitGroup
	const rounds = 20
	for range rounds {
		for user := range tokens {
			group.Add(1)
			go func() {
				defer group.Done()
				if _, err := client.Invalidate(context.WithValue(t.Context(), caller{}, user), "me"); err != nil {
					t.Error(user, err)
				}
			}()
		}
	}
	group.Wait()
	for user := range tokens {
		if count := emulator.accepted(user); count != rounds {
			t.Errorf("%s was signed out %d times", user, count)
		}
	}
}

func TestATokenProviderMayFailPanicOrNeverAnswer(t *testing.T) {
	emulator := startEmulator(t)
	cause := errors.New("run az login")
	forever := make(chan struct{})
	defer close(forever)
	for name, provider := range map[string]func(context.Context) (string, error){
		"fails":         func(context.Context) (string, error) { return "", cause },
		"panics":        func(context.Context) (string, error) { panic(cause) },
		"gives nothing": func(context.Context) (string, error) { return "", nil },
		"gives up":      func(context.Context) (string, error) { return "", fmt.Errorf("tried: %w", context.Canceled) },
		"is too slow": func(context.Context) (string, error) {
			return "", &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
		},
		"never answers": func(context.Context) (string, error) { <-forever; return "", nil },
	} {
		client := emulator.client(graphinvalidate.Options{TokenProvider: provider, Timeout: time.Second})
		_, err := client.Invalidate(t.Context(), adele)
		if !errors.Is(err, graphinvalidate.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "fails" && !errors.Is(err, cause) {
			t.Errorf("the cause is lost: %v", err)
		}
		// Cancelled is what the caller cancelled.
		if own := name == "gives up" || name == "is too slow"; own && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
			t.Errorf("%s: taken for the caller's context: %v", name, err)
		}
		if operation := (*net.OpError)(nil); name == "is too slow" && !errors.As(err, &operation) {
			t.Errorf("the cause is lost: %v", err)
		}
	}
	if emulator.users() != 0 {
		t.Fatal("something was sent")
	}
}

func TestAnExpiredTokenIsAskedForOnceMore(t *testing.T) {
	emulator := startEmulator(t)
	expired := emulator.token("")
	emulator.ask("expire_tokens", map[string]any{})
	tokens := []string{expired, emulator.token("")}
	asked := 0
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(context.Context) (string, error) {
		asked++
		return tokens[asked-1], nil
	}})
	if _, err := client.Invalidate(t.Context(), adele); err != nil || asked != 2 {
		t.Fatal(asked, err)
	}
}

func TestAClosedClientRefusesAndAClosingOneLetsCallsEnd(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	emulator.ask("faults", []any{map[string]any{"kind": "delay", "milliseconds": 300}})
	ended := make(chan error)
	go func() {
		_, err := client.Invalidate(t.Context(), adele)
		ended <- err
	}()
	time.Sleep(100 * time.Millisecond)
	_ = client.Close()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	_, err := client.Invalidate(t.Context(), adele)
	if !errors.Is(err, graphinvalidate.ErrClosed) || client.Scope() != "" {
		t.Fatal(err)
	}
}

func TestACertificateWithoutAByteIsNotLeftToTheEnvironment(t *testing.T) {
	_, err := graphinvalidate.NewClient(graphinvalidate.Options{
		Environment: map[string]string{"AZURE_CLIENT_CERTIFICATE_PATH": "/another/ones.pem"},
		Credential: &graphinvalidate.Credential{
			Kind: "client-certificate", Tenant: "contoso.example", ClientID: "x", Certificate: []byte{},
		},
	})
	if err == nil || strings.Contains(err.Error(), "ones.pem") {
		t.Fatal(err)
	}
}

func TestAnEnvironmentWithoutAVariableIsNotTheProcesss(t *testing.T) {
	t.Setenv("GRAPH_INVALIDATE_ENDPOINT", "no address")
	_, err := graphinvalidate.NewClient(graphinvalidate.Options{Token: "x"})
	if err == nil {
		t.Fatal("the process's own endpoint was not read")
	}
	for _, credential := range []*graphinvalidate.Credential{nil, {
		Kind: "client-secret", Tenant: "contoso.example", ClientID: "x", ClientSecret: "x", Environment: map[string]string{},
	}} {
		options := graphinvalidate.Options{Environment: map[string]string{}, Credential: credential}
		if credential == nil {
			options.Token = "x"
		}
		client, err := graphinvalidate.NewClient(options)
		if err != nil {
			t.Fatal(err)
		}
		_ = client.Close()
	}
}

func TestNothingThatIsPrintedHoldsASecret(t *testing.T) {
	options := graphinvalidate.Options{
		Token: "hush", Proxy: "http://user:hush@127.0.0.1:1", Headers: map[string]string{"x": "hush"},
		Environment: map[string]string{"AZURE_CLIENT_SECRET": "hush"},
		Credential:  &graphinvalidate.Credential{Kind: "client-secret", ClientSecret: "hush", Certificate: []byte("hush")},
	}
	encoded, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %v %+v %s", options, options, options, &options, options.Credential, encoded)
	if strings.Contains(shown, "hush") {
		t.Fatal(shown)
	}
}

func TestAnOutcomeSurvivesJSONUnderTheCommandsNames(t *testing.T) {
	outcome := graphinvalidate.Outcome{
		User: adele, Status: graphinvalidate.StatusThrottled, HTTPStatus: 429, RetryAfter: 1500 * time.Millisecond,
		Time: time.Date(2026, 11, 28, 9, 30, 0, 123_000_000, time.UTC),
	}
	encoded, err := json.Marshal(outcome)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"http_status":429`, `"retry_after":1.5`, `"time":"2026-11-28T09:30:00.123Z"`} {
		if !strings.Contains(string(encoded), part) {
			t.Fatal(string(encoded))
		}
	}
	var read graphinvalidate.Outcome
	if err := json.Unmarshal(encoded, &read); err != nil || fmt.Sprint(read) != fmt.Sprint(outcome) || read.RetryAfter != outcome.RetryAfter {
		t.Fatal(read, err)
	}
}

func TestWhatProtectsAndIsGivenAsNothingIsRefused(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	_, err := client.NewRun(t.Context(), graphinvalidate.RunOptions{Exclude: []string{}})
	if !errors.Is(err, graphinvalidate.ErrInput) {
		t.Fatal(err)
	}
	_, err = graphinvalidate.NewClient(graphinvalidate.Options{Timeout: -time.Second})
	if !errors.Is(err, graphinvalidate.ErrInput) {
		t.Fatal(err)
	}
}
