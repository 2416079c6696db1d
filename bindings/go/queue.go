package graphinvalidate

import "sync"

// mostDirect is how many calls may wait in C themselves at once: each of them holds a thread of the operating system.
const mostDirect = 8

var direct = make(chan struct{}, mostDirect)

// perform makes a call and waits for it: in C, which is the shortest way, or where too many do so, in the queue.
func perform(client uintptr, options *nativeCallOptions, signal uintptr) (int32, *nativeOutcome) {
	select {
	case direct <- struct{}{}:
		defer func() { <-direct }()
		var outcome *nativeOutcome
		status := native.clientCall(client, options, signal, &outcome)
		return status, outcome
	default:
		return queue.perform(client, options, signal)
	}
}

// mostBrief is how many calls of C that do not wait may be under way at once. Where the system takes the processor from
// one of them, Go starts another thread in its place: for thousands of goroutines it would start hundreds.
const mostBrief = 2

var brief = make(chan struct{}, mostBrief)

// briefly makes a call of C that does not wait.
func briefly(call func() int32) int32 {
	brief <- struct{}{}
	defer func() { <-brief }()
	return call()
}

// queue has the calls for which nobody waits in C: they are submitted, and one goroutine takes what has ended, however
// many are under way. It is there while there are calls; the native queue is made once and never freed.
var queue callQueue

type callQueue struct {
	lock      sync.Mutex
	handle    uintptr
	submitted uint64
	underWay  map[uint64]chan<- *nativeOutcome
	isTaking  bool
}

func (queue *callQueue) perform(client uintptr, options *nativeCallOptions, signal uintptr) (int32, *nativeOutcome) {
	ended := make(chan *nativeOutcome, 1)
	tag, status := queue.add(ended)
	if status != statusOk {
		return status, nil
	}
	var failure *nativeOutcome
	status = briefly(func() int32 {
		return native.callQueueSubmit(queue.handle, client, options, signal, tag, &failure)
	})
	if status != statusOk {
		queue.remove(tag)
		return status, failure
	}
	outcome := <-ended
	return outcome.status, outcome
}

func (queue *callQueue) add(ended chan<- *nativeOutcome) (uint64, int32) {
	queue.lock.Lock()
	defer queue.lock.Unlock()
	if queue.handle == 0 {
		if status := native.callQueueNew(&queue.handle); status != statusOk {
			return 0, status
		}
		queue.underWay = make(map[uint64]chan<- *nativeOutcome)
	}
	if !queue.isTaking {
		go queue.take()
		queue.isTaking = true
	}
	queue.submitted++
	queue.underWay[queue.submitted] = ended
	return queue.submitted, statusOk
}

func (queue *callQueue) remove(tag uint64) chan<- *nativeOutcome {
	queue.lock.Lock()
	defer queue.lock.Unlock()
	ended := queue.underWay[tag]
	delete(queue.underWay, tag)
	return ended
}

// idle is how long the goroutine waits for another call before it ends, in milliseconds.
const idle = 2_000

func (queue *callQueue) take() {
	for {
		var tag uint64
		var outcome *nativeOutcome
		if native.callQueueNext(queue.handle, idle, &tag, &outcome) == statusOk {
			queue.remove(tag) <- outcome
		} else if !queue.isWanted() {
			return
		}
	}
}

func (queue *callQueue) isWanted() bool {
	queue.lock.Lock()
	defer queue.lock.Unlock()
	queue.isTaking = len(queue.underWay) > 0
	return queue.isTaking
}
