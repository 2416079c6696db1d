package graphinvalidate

import (
	"context"
	"strings"
	"time"
)

// Error is a call that failed, or a run that failed as a whole.
type Error struct {
	// Outcome has all that is known about it.
	Outcome Outcome

	group int32
	cause error
}

// Error says what happened, and what to do next.
func (err *Error) Error() string {
	text := err.Outcome.Message
	if text == "" {
		text = string(err.Outcome.Status)
	}
	if err.cause != nil {
		text = strings.TrimSuffix(text, ".") + ": " + err.cause.Error()
	}
	if err.Outcome.Hint != "" {
		text = strings.TrimSuffix(text, ".") + ". " + err.Outcome.Hint
	}
	return text
}

// Is tells the kind: one of the variables of this package whose names begin with Err.
func (err *Error) Is(target error) bool {
	return target != nil && kinds[err.group] == target
}

// Unwrap gives what ended the call from outside: the cause of a cancelled context, the error of a token provider.
func (err *Error) Unwrap() error {
	return err.cause
}

// failed makes an error of an outcome.
func failed(outcome Outcome) *Error {
	return &Error{Outcome: outcome, group: groups[outcome.Status]}
}

// failedWith makes an error of a number and the outcome that came with it, which may be missing; and frees that.
func failedWith(status int32, outcome *nativeOutcome) *Error {
	read := takeOutcome(status, outcome)
	return &Error{Outcome: read, group: status / 100 * 100}
}

// withContext says that a call was ended by its context, where it was.
func (err *Error) withContext(ctx context.Context) *Error {
	ended := err.Outcome.Status == StatusCancelled || err.Outcome.Status == StatusDeadlineExceeded
	if ended && ctx.Err() != nil {
		err.cause = contextError{ctx.Err(), context.Cause(ctx)}
	}
	return err
}

// contextError is what a context ended with and why: both are found by [errors.Is].
type contextError struct{ err, cause error }

func (err contextError) Error() string   { return err.cause.Error() }
func (err contextError) Unwrap() []error { return []error{err.err, err.cause} }

// ended is the failure of what was not begun, since its context was over.
func ended(ctx context.Context, user string) *Error {
	outcome := Outcome{
		Time: time.Now(), User: user, Status: StatusCancelled,
		Message: "The context was over before the request was sent.",
	}
	return failed(outcome).withContext(ctx)
}
