package graphinvalidate

import "context"

// cancellation is one call's signal for the native library, given when the call's context is over.
type cancellation struct {
	handle uintptr
	stop   func() bool
	given  chan struct{}
}

// cancellationOf makes the signal; none where the context cannot end.
func cancellationOf(ctx context.Context) (*cancellation, error) {
	signal := &cancellation{given: make(chan struct{})}
	if ctx.Done() == nil {
		return signal, nil
	}
	if status := briefly(func() int32 { return native.cancellationNew(&signal.handle) }); status != statusOk {
		return nil, failedWith(status, nil)
	}
	signal.stop = context.AfterFunc(ctx, func() {
		briefly(func() int32 {
			native.cancellationCancel(signal.handle)
			return statusOk
		})
		close(signal.given)
	})
	return signal, nil
}

// free lets go of the signal; one that is just being given is waited for.
func (signal *cancellation) free() {
	if signal.handle == 0 {
		return
	}
	if !signal.stop() {
		<-signal.given
	}
	briefly(func() int32 {
		native.cancellationFree(signal.handle)
		return statusOk
	})
}
