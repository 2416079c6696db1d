package graphinvalidate_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

// threads is how many threads this process has.
func threads(t *testing.T) int {
	t.Helper()
	found := regexp.MustCompile(`(?m)^Threads:\s*(\d+)$`).FindStringSubmatch(text(t, "/proc/self/status"))
	count, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func TestTenThousandCallsWaitOnAFewThreads(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it counts threads in /proc")
	}
	const calls = 10_000
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{Timeout: 5 * time.Minute})
	emulator.ask("faults", []any{map[string]any{"kind": "delay", "milliseconds": 300, "times": calls}})
	before := threads(t)
	var group sync.WaitGroup
	var accepted atomic.Int64
	for range calls {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := client.Invalidate(t.Context(), adele); err == nil {
				accepted.Add(1)
			} else {
				t.Error(err)
			}
		}()
	}
	ended := make(chan struct{})
	go func() {
		group.Wait()
		close(ended)
	}()
	most := 0
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		case <-time.After(20 * time.Millisecond):
			most = max(most, threads(t))
		}
	}
	if accepted.Load() != calls {
		t.Error("accepted:", accepted.Load())
	}
	if most-before > 16 {
		t.Errorf("%d threads, %d before", most, before)
	}
}

// Whoever waits in the queue is told the same as whoever waits in C.
func TestACallInTheQueueIsACallLikeOthers(t *testing.T) {
	emulator := startEmulator(t)
	tokens := map[string]string{adele: emulator.token(adele), "admin@contoso.example": emulator.token("")}
	type caller struct{}
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(ctx context.Context) (string, error) {
		return tokens[ctx.Value(caller{}).(string)], nil
	}})
	emulator.ask("faults", []any{map[string]any{"kind": "stall", "times": 8}})
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), caller{}, adele))
	var stalled sync.WaitGroup
	for range 8 {
		stalled.Add(1)
		go func() {
			defer stalled.Done()
			if _, err := client.Invalidate(ctx, adele); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}()
	}
	for arrived := 0.0; arrived < 8; time.Sleep(5 * time.Millisecond) {
		arrived, _ = emulator.ask("requests", nil)["count"].(float64)
	}
	for user := range tokens {
		outcome, err := client.Invalidate(context.WithValue(t.Context(), caller{}, user), "me")
		if err != nil || emulator.accepted(user) != 1 {
			t.Error(user, outcome, err)
		}
		verified, err := client.Verify(context.WithValue(t.Context(), caller{}, user), "me", outcome.ServerDate)
		if err != nil || verified.Status != graphinvalidate.StatusVerified {
			t.Error(verified, err)
		}
	}
	administrator := context.WithValue(t.Context(), caller{}, "admin@contoso.example")
	shown, err := client.ShowCutOff(administrator, adele)
	if err != nil || shown.Status != graphinvalidate.StatusShown {
		t.Error(shown, err)
	}
	for key, kind := range map[string]error{"a\x00b": graphinvalidate.ErrInput, "": graphinvalidate.ErrInput, "nobody@contoso.example": graphinvalidate.ErrUser} {
		var failure *graphinvalidate.Error
		if _, err := client.Invalidate(administrator, key); !errors.Is(err, kind) || !errors.As(err, &failure) || failure.Outcome.Message == "" {
			t.Errorf("%q: %v", key, err)
		}
	}
	emulator.ask("faults", []any{map[string]any{"kind": "stall", "times": 1}})
	short, stop := context.WithTimeout(administrator, 200*time.Millisecond)
	defer stop()
	if _, err := client.Invalidate(short, adele); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	cancel()
	stalled.Wait()
}
