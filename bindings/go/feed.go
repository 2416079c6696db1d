package graphinvalidate

import (
	"fmt"
	"iter"
)

// FromChannel gives the users of a channel until it is closed.
func FromChannel(users <-chan string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for user := range users {
			if !yield(user) {
				return
			}
		}
	}
}

// feed adds the users of a source. One that panics, or ends its goroutine, has not given all whom it has.
func (run *Run) feed(users iter.Seq[string]) {
	finished := false
	defer func() {
		broken := recover()
		if broken == nil && !finished {
			broken = "it ended its goroutine"
		}
		if broken != nil {
			run.lock.Lock()
			run.broken = broken
			run.lock.Unlock()
			_ = run.FailInput()
			return
		}
		_ = run.FinishInput()
	}()
	run.take(users)
	finished = true
}

// take adds users as far as they are wanted, each as soon as it is given.
func (run *Run) take(users iter.Seq[string]) {
	wanted := 0
	for user := range users {
		for wanted == 0 {
			progress, err := run.Progress()
			if err != nil {
				return
			}
			if wanted = progress.Wanted; wanted == 0 {
				select {
				case <-run.wanted:
				case <-run.over:
					return
				}
			}
		}
		wanted--
		if run.Add(user) != nil {
			return
		}
	}
}

// sourceFailed tells of a source of users that broke; the outcomes of whom it gave before have come by then.
func (run *Run) sourceFailed() error {
	run.lock.Lock()
	defer run.lock.Unlock()
	if run.broken == nil {
		return nil
	}
	return fmt.Errorf("graphinvalidate: the source of users panicked: %v", run.broken)
}
