package graphinvalidate

import (
	"context"
	"crypto/sha256"
	"iter"
	"math"
	"runtime"
	"sync"
	"time"
)

// Run signs many users out and hands out an outcome for each, in the order in which they are known. Users are taken
// from their source as they are sent; outcomes come while it still gives users. A user who fails is an outcome like
// others; what ends the whole run comes as the error, last. Leaving the loop ends the run: nothing more is sent, and
// its journal is complete and can be resumed.
//
//	options := graphinvalidate.RunOptions{Journal: "incident-4711.jsonl", Verify: true}
//	for outcome, err := range client.Run(ctx, slices.Values(users), options) {
//
// Cancelling the context ends the run within 100 milliseconds, even while the source of users waits. The source is read
// on a goroutine of its own. A run keeps the token provider and the connection that the client had when it began: it
// outlives Client.Close. For its progress, or to add users while outcomes are read, use [Client.NewRun].
func (client *Client) Run(ctx context.Context, users iter.Seq[string], options RunOptions) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		if users == nil && !options.VerifyJournal {
			yield(Outcome{}, failed(Outcome{
				Time: time.Now(), Status: StatusNullArgument, Message: "The source of users is nil: give the users.",
			}))
			return
		}
		run, err := client.NewRun(ctx, options)
		if err != nil {
			yield(Outcome{}, err)
			return
		}
		defer func() { _ = run.Close() }()
		if !options.VerifyJournal {
			go run.feed(users)
		}
		for outcome, err := range run.Outcomes() {
			if !yield(outcome, err) {
				return
			}
		}
	}
}

// Run is many users on their way: see [Client.NewRun]. Any number of goroutines may add users, ask for the progress and
// cancel; one reads the outcomes.
type Run struct {
	// Notice is what there is to know before the run begins: what a resumed journal holds, whether its last line was torn.
	Notice string

	ctx      context.Context
	provider func(ctx context.Context) (string, error)
	timeout  time.Duration     // How long the provider may take: as long as a call of the client.
	deadline time.Time         // When the run has to be over; zero where nothing says so.
	token    [sha256.Size]byte // Its sum: whoever prints a run must not see it.
	handle   *handle
	stop     func() bool
	wanted   chan struct{} // Holds a word of the run's that it takes more users.
	over     chan struct{} // Closed with the run.
	close    func()

	refused error // Why there is no other token. Of whoever reads the outcomes.

	lock   sync.Mutex
	broken any
	failed error
}

// NewRun begins a run without users: add them by [Run.Add], say by [Run.FinishInput] that there are no more, and read
// [Run.Outcomes]. It is ended by [Run.Close], and by the context.
func (client *Client) NewRun(ctx context.Context, options RunOptions) (*Run, error) {
	if err := begins(ctx, ""); err != nil {
		return nil, err
	}
	address, err := client.object().use()
	if err != nil {
		return nil, err
	}
	defer client.handle.release()
	var memory memory
	defer memory.release()
	run := &Run{
		ctx: ctx, provider: client.provider, timeout: client.patience(), wanted: make(chan struct{}, 1), over: make(chan struct{}),
	}
	if options.Deadline > 0 {
		run.deadline = time.Now().Add(options.Deadline)
	}
	run.close = sync.OnceFunc(func() { close(run.over) })
	native_ := options.native(&memory)
	if memory.err != nil {
		return nil, memory.err
	}
	if client.provider != nil {
		token, err := run.ask()
		if err != nil {
			return nil, err
		}
		run.token = sha256.Sum256([]byte(token))
		native_.token = memory.text(token)
	}
	var made uintptr
	var notice *nativeOutcome
	if status := native.runNew(address, native_, &made, &notice); status != statusOk {
		return nil, failedWith(status, notice)
	}
	if notice != nil {
		run.Notice = takeOutcome(statusOk, notice).Message
	}
	run.handle = &handle{address: made, free: native.runFree}
	// The context's end ends the run, whatever the run waits for.
	object := run.handle
	run.stop = context.AfterFunc(ctx, func() { cancelRun(object) })
	runtime.AddCleanup(run, (*handle).close, object)
	return run, nil
}

func cancelRun(run *handle) {
	if address, err := run.use(); err == nil {
		native.runCancel(address)
		run.release()
	}
}

// Add adds users. It never waits for the network. What cannot be the key of a user becomes a failed outcome.
func (run *Run) Add(users ...string) error {
	address, err := run.handle.use()
	if err != nil {
		return err
	}
	defer run.handle.release()
	if len(users) == 0 {
		return nil
	}
	var memory memory
	defer memory.release()
	list, length := memory.texts("users", users)
	var failure *nativeOutcome
	if status := native.runAdd(address, list, length, &failure); status != statusOk {
		return failedWith(status, failure)
	}
	return nil
}

// FinishInput says that no more users will come: the run ends when the last one has its outcome.
func (run *Run) FinishInput() error {
	return run.endInput(native.runFinishInput)
}

// FailInput says that no more users will come although the list is not at its end, because it cannot be read any
// further. Those that were added have their outcomes all the same; the journal says that the list was not gone through.
func (run *Run) FailInput() error {
	return run.endInput(native.runFailInput)
}

func (run *Run) endInput(end func(uintptr) int32) error {
	address, err := run.handle.use()
	if err != nil {
		return err
	}
	defer run.handle.release()
	if status := end(address); status != statusOk {
		return failedWith(status, nil)
	}
	return nil
}

// Progress tells how far the run is.
func (run *Run) Progress() (Progress, error) {
	address, err := run.handle.use()
	if err != nil {
		return Progress{}, err
	}
	defer run.handle.release()
	progress := nativeProgress{structSize: sizeOf[nativeProgress]()}
	if status := native.runProgress(address, &progress); status != statusOk {
		return Progress{}, failedWith(status, nil)
	}
	return readProgress(&progress), nil
}

// Cancel ends the run without waiting for anything; outcomes that are known still come.
func (run *Run) Cancel() {
	cancelRun(run.handle)
}

// Close ends the run, and cancels it first where it has not ended: its journal is complete then. The error is always
// nil.
func (run *Run) Close() error {
	if run.stop != nil {
		run.stop()
		run.close()
	}
	run.Cancel()
	run.handle.close()
	return nil
}

// Outcomes hands out an outcome for each user, as it is known, and last the error that ended the whole run, if any;
// read again after that, it gives the error again. Leaving the loop cancels the run.
func (run *Run) Outcomes() iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		address, err := run.handle.use()
		if err != nil {
			yield(Outcome{}, err)
			return
		}
		defer run.handle.release()
		if run.failed != nil {
			yield(Outcome{}, run.failed)
			return
		}
		for {
			outcome, more, err := run.next(address)
			if err != nil {
				run.failed = err
				run.Cancel()
				yield(Outcome{}, err)
				return
			}
			if !more {
				return
			}
			if !yield(outcome, nil) {
				run.Cancel()
				return
			}
		}
	}
}

// next waits for the next outcome; false at the end.
func (run *Run) next(address uintptr) (Outcome, bool, error) {
	for {
		var outcome *nativeOutcome
		status := native.runNext(address, math.MaxUint32, &outcome)
		switch {
		case status == statusOk:
			return takeOutcome(status, outcome), true, nil
		case status == statusRunTimeout:
			freeOutcome(outcome)
		case status == statusRunDone:
			freeOutcome(outcome)
			if run.refused != nil {
				return Outcome{}, false, run.refused
			}
			if err := run.sourceFailed(); err != nil {
				return Outcome{}, false, err
			}
			if run.ctx.Err() != nil {
				return Outcome{}, false, ended(run.ctx, "")
			}
			return Outcome{}, false, nil
		case status == statusRunUsersWanted:
			select {
			case run.wanted <- struct{}{}:
			default: // It has heard already.
			}
		case status == statusRunTokenNeeded:
			why := takeOutcome(status, outcome)
			if run.refused == nil {
				run.refused = run.giveToken(address, why)
			} else if err := run.endWithoutToken(); err != nil {
				return Outcome{}, false, err
			}
		default:
			if run.refused != nil {
				freeOutcome(outcome)
				return Outcome{}, false, run.refused
			}
			return Outcome{}, false, failedWith(status, outcome).withContext(run.ctx)
		}
	}
}

// endWithoutToken ends the run as soon as nobody is on the way any more: nobody is signed out without an outcome.
func (run *Run) endWithoutToken() error {
	progress, err := run.Progress()
	if err != nil {
		return err
	}
	if progress.InFlight == 0 {
		run.Cancel()
	}
	time.Sleep(20 * time.Millisecond)
	return nil
}

// ask asks the provider, no longer than a call of the client and the run itself may take.
func (run *Run) ask() (string, error) {
	until := time.Now().Add(run.timeout)
	if !run.deadline.IsZero() && run.deadline.Before(until) {
		until = run.deadline
	}
	return ask(run.ctx, run.provider, until)
}

// giveToken asks the provider for another token than the one that was used up.
func (run *Run) giveToken(address uintptr, why Outcome) error {
	if run.provider == nil {
		return failed(why)
	}
	token, err := run.ask()
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(token))
	if sum == run.token {
		return failed(why)
	}
	run.token = sum
	var memory memory
	defer memory.release()
	var failure *nativeOutcome
	if status := native.runSetToken(address, memory.text(token), &failure); status != statusOk {
		return failedWith(status, failure)
	}
	return nil
}
