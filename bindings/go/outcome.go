package graphinvalidate

import (
	"encoding/json"
	"sync"
	"time"
)

// String shows the outcome in one line: user, status and message.
func (outcome Outcome) String() string {
	user := outcome.User
	if user == "" {
		user = "-"
	}
	text := user + ": " + string(outcome.Status)
	if outcome.Message != "" {
		text += ": " + outcome.Message
	}
	return text
}

// Failed tells whether the status is a failure.
func (outcome Outcome) Failed() bool {
	return groups[outcome.Status] != 0
}

// plainOutcome has the fields of an outcome and none of its methods.
type plainOutcome Outcome

type jsonOutcome struct {
	plainOutcome
	RetryAfter float64 `json:"retry_after,omitempty"`
}

// MarshalJSON writes the same names as the command's JSON and the journal; headers are left out.
func (outcome Outcome) MarshalJSON() ([]byte, error) {
	return json.Marshal(jsonOutcome{plainOutcome(outcome), outcome.RetryAfter.Seconds()})
}

// UnmarshalJSON reads what MarshalJSON, the command and the journal write.
func (outcome *Outcome) UnmarshalJSON(text []byte) error {
	var read jsonOutcome
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*outcome = Outcome(read.plainOutcome)
	outcome.RetryAfter = readSeconds(read.RetryAfter)
	return nil
}

// takeOutcome reads a native outcome, which may be missing, and frees it.
func takeOutcome(status int32, native *nativeOutcome) Outcome {
	if native == nil {
		return Outcome{Status: statusName(status), Time: time.Now()}
	}
	defer freeOutcome(native)
	return readOutcome(native)
}

func freeOutcome(outcome *nativeOutcome) {
	briefly(func() int32 {
		native.outcomeFree(outcome)
		return statusOk
	})
}

var statusNames sync.Map

// statusName gives the name of a number, also where a newer library has one that is unknown here.
func statusName(status int32) Status {
	if name, known := statusNames.Load(status); known {
		return name.(Status)
	}
	name := Status(readText(native.statusName(status)))
	statusNames.Store(status, name)
	return name
}
