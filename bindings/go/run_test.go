package graphinvalidate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

// generated gives the first users of a tenant of thousands.
func generated(count int) []string {
	users := make([]string, count)
	for index := range users {
		users[index] = fmt.Sprintf("user%06d@contoso.example", index+1)
	}
	return users
}

func TestARunHandsOutAnOutcomeForEachUser(t *testing.T) {
	emulator := startEmulator(t, "--users", "3000")
	client := emulator.client(graphinvalidate.Options{})
	users := append(generated(1000), "nobody@contoso.example")
	journal := filepath.Join(t.TempDir(), "incident.jsonl")
	counts := map[graphinvalidate.Status]int{}
	options := graphinvalidate.RunOptions{Journal: journal, Verify: true}
	for outcome, err := range client.Run(t.Context(), slices.Values(users), options) {
		if err != nil {
			t.Fatal(err)
		}
		counts[outcome.Status]++
	}
	if counts[graphinvalidate.StatusVerified] != 1000 || counts[graphinvalidate.StatusUserNotFound] != 1 {
		t.Fatal(counts)
	}
}

func TestLeavingTheLoopEndsTheRun(t *testing.T) {
	emulator := startEmulator(t, "--users", "5000")
	client := emulator.client(graphinvalidate.Options{})
	seen := 0
	for range client.Run(t.Context(), slices.Values(generated(5000)), graphinvalidate.RunOptions{}) {
		if seen++; seen == 10 {
			break
		}
	}
	// What had left when the loop was left may still arrive; a run that goes on stops only when everybody is signed out.
	left := -1
	for now := emulator.users(); now != left; now = emulator.users() {
		left = now
		time.Sleep(500 * time.Millisecond)
	}
	if left == 5000 {
		t.Fatal("the run went on")
	}
}

func TestASourceThatWaitsHoldsNobodyBackAndNoContext(t *testing.T) {
	emulator := startEmulator(t, "--users", "10")
	client := emulator.client(graphinvalidate.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	users := make(chan string, 1)
	users <- generated(1)[0]
	seen := 0
	for outcome, err := range client.Run(ctx, graphinvalidate.FromChannel(users), graphinvalidate.RunOptions{}) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			break
		}
		if outcome.Status != graphinvalidate.StatusAccepted {
			t.Fatal(outcome)
		}
		// The channel stays open and empty.
		seen++
		cancel()
	}
	if seen != 1 {
		t.Fatal(seen)
	}
	close(users)
}

func TestASourceThatPanicsLosesNoOutcome(t *testing.T) {
	emulator := startEmulator(t, "--users", "500")
	client := emulator.client(graphinvalidate.Options{})
	var users iter.Seq[string] = func(yield func(string) bool) {
		for _, user := range generated(300) {
			if !yield(user) {
				return
			}
		}
		panic("the list broke")
	}
	seen, failure := 0, error(nil)
	journal := filepath.Join(t.TempDir(), "incident.jsonl")
	for _, err := range client.Run(t.Context(), users, graphinvalidate.RunOptions{Journal: journal}) {
		if err != nil {
			failure = err
			continue
		}
		seen++
	}
	if seen != 300 || emulator.users() != 300 || failure == nil || !strings.Contains(failure.Error(), "the list broke") {
		t.Fatal(seen, emulator.users(), failure)
	}
	record, err := os.ReadFile(journal)
	if err != nil || !strings.Contains(string(record), `"reason":"list"`) {
		t.Fatal(string(record), err)
	}
}

func TestASourceThatEndsItsGoroutineIsNoWholeList(t *testing.T) {
	emulator := startEmulator(t, "--users", "100")
	client := emulator.client(graphinvalidate.Options{})
	var users iter.Seq[string] = func(yield func(string) bool) {
		for _, user := range generated(50) {
			yield(user)
		}
		runtime.Goexit()
	}
	seen, failure := 0, error(nil)
	for _, err := range client.Run(t.Context(), users, graphinvalidate.RunOptions{}) {
		if err != nil {
			failure = err
			continue
		}
		seen++
	}
	if seen != 50 || failure == nil || !strings.Contains(failure.Error(), "it ended its goroutine") {
		t.Fatal(seen, failure)
	}
}

func TestAProviderThatNeverAnswersEndsARunInTime(t *testing.T) {
	emulator := startEmulator(t)
	forever := make(chan struct{})
	defer close(forever)
	provider := func(context.Context) (string, error) { <-forever; return "", nil }
	for name, options := range map[string]struct{ timeout, deadline time.Duration }{
		"the client's timeout": {timeout: 300 * time.Millisecond},
		"the run's deadline":   {deadline: 300 * time.Millisecond},
	} {
		client := emulator.client(graphinvalidate.Options{TokenProvider: provider, Timeout: options.timeout})
		begin, failure := time.Now(), error(nil)
		run := graphinvalidate.RunOptions{Deadline: options.deadline}
		for _, err := range client.Run(t.Context(), slices.Values([]string{adele}), run) {
			failure = err
		}
		if !errors.Is(failure, graphinvalidate.ErrToken) || time.Since(begin) > 10*time.Second {
			t.Errorf("%s: %v after %v", name, failure, time.Since(begin))
		}
	}
	if emulator.users() != 0 {
		t.Fatal("something was sent")
	}
}

func TestWhoIsOnTheWayWhenATokenIsMissingHasAnOutcomeAllTheSame(t *testing.T) {
	emulator := startEmulator(t, "--users", "100")
	token, asked, users := emulator.token(""), 0, generated(100)
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(context.Context) (string, error) {
		if asked++; asked > 1 {
			return "", errors.New("the vault is sealed")
		}
		return token, nil
	}})
	// The first two requests are answered late; the third finds the token expired.
	emulator.ask("faults", []map[string]any{
		{"kind": "delay", "milliseconds": 500, "times": 2, "path_contains": "$batch"},
		{"kind": "tokens_expire", "after": 2, "path_contains": "$batch"},
	})
	known := map[string]bool{}
	var last error
	options := graphinvalidate.RunOptions{BatchSize: 10, Concurrency: 3, Rate: math.Inf(1)}
	for outcome, err := range client.Run(t.Context(), slices.Values(users), options) {
		if last = err; err == nil {
			known[outcome.User] = true
		}
	}
	if last == nil || !strings.Contains(last.Error(), "the vault is sealed") || len(known) < 20 {
		t.Fatal(last, len(known))
	}
	for _, user := range users {
		if !known[user] && emulator.accepted(user) > 0 {
			t.Fatalf("%s was signed out without a word", user)
		}
	}
}

func TestARunOutlivesItsClientAndKeepsItsProvider(t *testing.T) {
	emulator := startEmulator(t, "--users", "800")
	asked := 0
	client := emulator.client(graphinvalidate.Options{TokenProvider: func(context.Context) (string, error) {
		asked++
		return emulator.token(""), nil
	}})
	run, err := client.NewRun(t.Context(), graphinvalidate.RunOptions{BatchSize: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = run.Close() }()
	if err := errors.Join(run.Add(generated(400)...), client.Close()); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for outcome, err := range run.Outcomes() {
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Failed() {
			t.Fatal(outcome)
		}
		if seen++; seen == 400 {
			emulator.ask("expire_tokens", map[string]any{})
			if err := errors.Join(run.Add(generated(800)[400:]...), run.FinishInput()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen != 800 || asked != 2 {
		t.Fatal(seen, asked)
	}
}

func TestAnEndedRunGivesItsErrorAgain(t *testing.T) {
	emulator := startEmulator(t)
	client := emulator.client(graphinvalidate.Options{})
	emulator.ask("expire_tokens", map[string]any{})
	run, err := client.NewRun(t.Context(), graphinvalidate.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = run.Close() }()
	if err := errors.Join(run.Add(adele), run.FinishInput()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		ended := false
		for _, err := range run.Outcomes() {
			ended = errors.Is(err, graphinvalidate.ErrToken)
		}
		if !ended {
			t.Fatal("no error")
		}
	}
}
