// Post does with net/http what measure does in its first call: the baseline of cargo xtask bench go.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	if err := post(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func post(url string) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	address := url + "/beta/users/adele.vance@contoso.example/invalidateAllRefreshTokens"
	request, err := http.NewRequest(http.MethodPost, address, http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+lines.Text())
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s %w", answer.Status, text, err)
	}
	return nil
}
