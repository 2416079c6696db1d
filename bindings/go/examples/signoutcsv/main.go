// Signoutcsv signs out the users of a CSV file, shows how far it is, and can go on after an interruption:
//
//	GRAPH_INVALIDATE_TOKEN=… go run ./examples/signoutcsv -journal incident-4711.jsonl users.csv
//
// It ends with status 0 when all were signed out, 1 when the run failed or was interrupted, 2 when nothing was begun,
// and 3 when some users failed.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

func main() {
	column := flag.String("column", "userPrincipalName", "the column that names the users")
	journal := flag.String("journal", "", "the record of the run, by which it can be resumed")
	resume := flag.Bool("resume", false, "go on where the journal ends")
	verify := flag.Bool("verify", false, "prove of each user that the sign-out took effect")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: signoutcsv [flags] FILE")
		flag.PrintDefaults()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	options := graphinvalidate.RunOptions{Journal: *journal, Resume: *resume, Verify: *verify}
	failed, err := signOut(ctx, flag.Arg(0), *column, options)
	var notBegun *notBegunError
	switch {
	case errors.As(err, &notBegun):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case failed > 0:
		os.Exit(3)
	}
}

// notBegunError is what went wrong before anybody was signed out.
type notBegunError struct{ error }

// signOut signs out the users of a file, and counts those that failed.
func signOut(ctx context.Context, file, column string, options graphinvalidate.RunOptions) (int, error) {
	// The whole file first: a line that cannot be read shall not end the run half-way.
	users, err := usersOf(file, column)
	if err != nil {
		return 0, &notBegunError{err}
	}
	client, err := graphinvalidate.NewClient(graphinvalidate.Options{Token: os.Getenv("GRAPH_INVALIDATE_TOKEN")})
	if err != nil {
		return 0, &notBegunError{err}
	}
	defer func() { _ = client.Close() }()
	run, err := client.NewRun(ctx, options)
	if err != nil {
		return 0, &notBegunError{err}
	}
	defer func() { _ = run.Close() }()
	if err := errors.Join(run.Add(users...), run.FinishInput()); err != nil {
		return 0, err
	}
	bar := showProgress(run, len(users))
	defer bar.stop()
	failed := 0
	for outcome, err := range run.Outcomes() {
		if err != nil {
			return failed, err
		}
		if outcome.Failed() {
			failed++
			bar.print(fmt.Sprintf("%q: %s: %q", outcome.User, outcome.Status, outcome.Message))
		}
	}
	return failed, nil
}

// usersOf reads the column of a CSV file that names the users.
func usersOf(name, column string) ([]string, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("%s has no line with the names of its columns: %w", name, err)
	}
	// Excel begins a file with a byte order mark.
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	index := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(name, column) })
	if index < 0 {
		return nil, fmt.Errorf("%s has no column %q: name one of %q with -column", name, column, header)
	}
	var users []string
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		users = append(users, row[index])
	}
	if len(users) == 0 {
		return nil, fmt.Errorf("%s names no user", name)
	}
	return users, nil
}

// bar is the progress of a run on the standard error.
type bar struct {
	run   *graphinvalidate.Run
	users int
	// live is whether the bar may be drawn again over itself: not in a file.
	live    bool
	lock    sync.Mutex
	ticker  *time.Ticker
	stopped chan struct{}
}

func showProgress(run *graphinvalidate.Run, users int) *bar {
	bar := &bar{run: run, users: users, ticker: time.NewTicker(200 * time.Millisecond), stopped: make(chan struct{})}
	information, err := os.Stderr.Stat()
	bar.live = err == nil && information.Mode()&os.ModeCharDevice != 0
	go func() {
		for {
			select {
			case <-bar.ticker.C:
				bar.lock.Lock()
				if bar.live {
					fmt.Fprint(os.Stderr, "\r"+bar.line())
				}
				bar.lock.Unlock()
			case <-bar.stopped:
				return
			}
		}
	}()
	return bar
}

// line is the bar as it is now.
func (bar *bar) line() string {
	const width = 40
	progress, err := bar.run.Progress()
	if err != nil {
		return ""
	}
	// With -verify nobody is done who was only accepted.
	done := min(bar.users-progress.Waiting-progress.InFlight-progress.Verifying, bar.users)
	full := width * max(done, 0) / bar.users
	return fmt.Sprintf("[%s%s] %d of %d, %d failed, %s left ", strings.Repeat("#", full), strings.Repeat(".", width-full),
		done, bar.users, progress.Failed, progress.TimeLeft.Round(time.Second))
}

// print prints a line above the bar.
func (bar *bar) print(line string) {
	bar.lock.Lock()
	defer bar.lock.Unlock()
	if bar.live {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
	fmt.Println(line)
}

// stop leaves the bar as it is at the end.
func (bar *bar) stop() {
	bar.ticker.Stop()
	close(bar.stopped)
	bar.lock.Lock()
	defer bar.lock.Unlock()
	start := ""
	if bar.live {
		start = "\r"
	}
	fmt.Fprintln(os.Stderr, start+bar.line())
}
