// Measure takes the figures of this module for cargo xtask bench go: it reads the token, then works once for each line
// that it reads, and answers with numbers.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/graph-invalidate/graph-invalidate/bindings/go"
)

const adele = "adele.vance@contoso.example"

func main() {
	if err := measure(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		log.Fatal(err)
	}
}

func measure(what, url string, arguments []string) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	client, err := graphinvalidate.NewClient(graphinvalidate.Options{Endpoint: url, Token: lines.Text()})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	count := 1
	if len(arguments) > 0 && what != "run" {
		if count, err = strconv.Atoi(arguments[0]); err != nil {
			return err
		}
	}
	switch what {
	case "first":
		return calls(client, 1)
	case "many":
		return many(client, count)
	}
	for lines.Scan() {
		begin := time.Now()
		switch what {
		case "warm":
			err = calls(client, count)
		case "goroutines":
			err = goroutines(client, count)
		case "late":
			err = late(client, count)
		case "run":
			err = run(client, arguments[0])
		}
		if err != nil {
			return err
		}
		if what != "late" {
			fmt.Println(time.Since(begin).Seconds())
		}
	}
	return nil
}

func calls(client *graphinvalidate.Client, count int) error {
	for range count {
		if _, err := client.Invalidate(context.Background(), adele); err != nil {
			return err
		}
	}
	return nil
}

func goroutines(client *graphinvalidate.Client, count int) error {
	var all sync.WaitGroup
	failures := make(chan error, count)
	for range count {
		all.Add(1)
		go func() {
			defer all.Done()
			failures <- calls(client, 1)
		}()
	}
	all.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// late tells how long so many calls at once took, and how many threads more there were meanwhile.
func late(client *graphinvalidate.Client, count int) error {
	before, err := held("Threads")
	if err != nil {
		return err
	}
	begin := time.Now()
	ended := make(chan error, 1)
	go func() { ended <- goroutines(client, count) }()
	most := before
	for {
		select {
		case err := <-ended:
			fmt.Println(time.Since(begin).Seconds())
			fmt.Println(most - before)
			return err
		case <-time.After(10 * time.Millisecond):
			threads, err := held("Threads")
			if err != nil {
				return err
			}
			most = max(most, threads)
		}
	}
}

func run(client *graphinvalidate.Client, file string) error {
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	users := bufio.NewScanner(opened)
	source := func(yield func(string) bool) {
		for users.Scan() && yield(users.Text()) {
		}
	}
	unlimited, err := strconv.ParseFloat("+Inf", 64)
	if err != nil {
		return err
	}
	for outcome, err := range client.Run(context.Background(), source, graphinvalidate.RunOptions{Rate: unlimited}) {
		if err != nil {
			return err
		}
		if outcome.Failed() {
			return fmt.Errorf("%s", outcome)
		}
	}
	return users.Err()
}

// many tells memory, threads and descriptors, makes the calls, and tells them again.
func many(client *graphinvalidate.Client, count int) error {
	for range 2 {
		if err := calls(client, count); err != nil {
			return err
		}
		runtime.GC()
		for _, name := range []string{"VmRSS", "Threads"} {
			number, err := held(name)
			if err != nil {
				return err
			}
			fmt.Println(number)
		}
		descriptors, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return err
		}
		fmt.Println(len(descriptors))
	}
	return nil
}

// held is a number of what the system says of this process.
func held(name string) (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), name+":")
	return strconv.Atoi(strings.Fields(rest)[0])
}
