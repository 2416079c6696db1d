<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** Signal handlers have their turn within calls and runs. */
final class SignalTest extends EmulatorTestCase
{
    /** Longer than any test waits: what comes before it was not waited for. */
    private const STALL_MS = 60_000;

    /** How soon a handler has its turn. */
    private const BOUND_MS = 100;

    private const ROUNDS = 10;

    /**
     * A program whose child sends it a signal, again and again until it has ended; it prints how many ms after the
     * first signal its handler ran, and then what the code says.
     *
     * @return list<string> the lines that it said.
     */
    private static function interrupted(string $handler, string $code): array
    {
        $program = self::opening('GraphInvalidate\{Client, Cancellation, Status}') . <<<'PHP'
            $client = new Client(token: getenv('TOKEN'), endpoint: getenv('EMULATOR'), timeout: 120);
            $cancellation = new Cancellation();
            $client->verify('me');
            pcntl_async_signals(true);
            $sent = null;
            PHP . "\npcntl_signal(SIGUSR1, function () use (&\$sent, \$client, \$cancellation, &\$run): void {\n"
            . "    if (\$sent === null) {\n        return;\n    }\n"
            . "    \$late = (microtime(true) - (float) file_get_contents(\$sent)) * 1000;\n    \$sent = null;\n"
            . "    echo \$late, \"\\n\";\n{$handler}\n});\n" . <<<'PHP'
            $file = tempnam(sys_get_temp_dir(), 'sent');
            $parent = getmypid();
            if (($child = pcntl_fork()) === 0) {
                // Once its request is on the way.
                $asked = fn () => json_decode(file_get_contents(getenv('EMULATOR') . '/__emulator/requests'), true);
                while ($asked()['count'] < 2) {
                    usleep(10_000);
                }
                usleep(200_000);
                file_put_contents($file, (string) microtime(true));
                posix_kill($parent, SIGUSR1);
                posix_kill(getmypid(), SIGKILL);
            }
            $sent = $file;
            file_get_contents(getenv('EMULATOR') . '/__emulator/faults', false, stream_context_create(['http' => [
                'method' => 'POST',
                'header' => 'Content-Type: application/json',
                'content' => '[{"kind": "delay", "milliseconds": ' . getenv('STALL') . ', "times": 1}]',
            ]]));
            PHP . "\n{$code}\n";
        $environment = [
            'TOKEN' => self::$emulator->token(),
            'EMULATOR' => self::$emulator->url,
            'STALL' => (string) self::STALL_MS,
        ];
        $soonest = INF;
        // A busy machine may hold one handler up; a call that nobody interrupts would hold up each.
        for ($round = 0; $round < self::ROUNDS && $soonest > self::BOUND_MS; $round++) {
            self::$emulator->reset();
            [$status, $said, $complained] = self::program($program, $environment);
            self::assertSame([0, ''], [$status, $complained], $said);
            $lines = explode("\n", trim($said));
            self::assertLessThan(self::STALL_MS / 20, (float) $lines[0]);
            $soonest = min($soonest, (float) $lines[0]);
        }
        self::assertLessThanOrEqual(self::BOUND_MS, $soonest);
        return \array_slice($lines, 1);
    }

    public function testAHandlerThatThrowsEndsACall(): void
    {
        $lines = self::interrupted("throw new DomainException('enough');", <<<'PHP'
            try {
                $client->invalidate('adele.vance@contoso.example');
            } catch (DomainException $enough) {
                echo $enough->getMessage(), "\n", $client->verify('me')->status->value;
            }
            PHP);
        self::assertSame(['enough', 'shown'], $lines);
    }

    public function testAHandlerMayCallAndCloseAndCancelTheCallThatWaits(): void
    {
        $lines = self::interrupted(
            "echo \$client->invalidate('me')->status->value, \"\\n\"; \$client->close(); \$cancellation->cancel();",
            <<<'PHP'
            try {
                $client->invalidate('adele.vance@contoso.example', $cancellation);
            } catch (GraphInvalidate\Exception\RunException $cancelled) {
                echo $cancelled->outcome()->status->value;
            }
            PHP,
        );
        self::assertSame(['accepted', 'cancelled'], $lines);
    }

    /** @return iterable<string, array{string}> */
    public static function enquiries(): iterable
    {
        yield 'signing in' => ['signIn()'];
        yield 'asking about the token' => ['access(online: true)'];
    }

    /** @dataProvider enquiries */
    public function testAHandlerThatThrowsEndsAnEnquiryAndOneMayCancelIt(string $enquiry): void
    {
        $credential = '$client = new Client(credential: new GraphInvalidate\Credential("client-secret",'
            . ' tenant: "contoso.example", clientId: "aaaaaaaa-0000-4000-8000-000000000003",'
            . ' clientSecret: "emulated-secret"), endpoint: getenv("EMULATOR"), timeout: 120);' . "\n";
        $lines = self::interrupted("throw new DomainException('enough');", "{$credential}try { \$client->{$enquiry}; }"
            . ' catch (DomainException $enough) { echo $enough->getMessage(), "\n"; }'
            . ' echo $client->signIn()->status->value;');
        self::assertSame(['enough', 'signed_in'], $lines);

        $given = str_replace(['()', 'true'], ['($cancellation)', 'true, cancellation: $cancellation'], $enquiry);
        $lines = self::interrupted('$cancellation->cancel();', "{$credential}try { \$client->{$given}; }"
            . ' catch (GraphInvalidate\Exception\RunException $ended) { echo $ended->outcome()->status->value; }');
        self::assertSame(['cancelled'], $lines);
    }

    public function testAHandlerThatThrowsEndsARun(): void
    {
        $lines = self::interrupted("throw new DomainException('enough');", <<<'PHP'
            try {
                foreach ($client->run(['adele.vance@contoso.example']) as $outcome) {
                    echo $outcome->status->value;
                }
            } catch (DomainException $enough) {
                echo $enough->getMessage();
            }
            PHP);
        self::assertSame(['enough'], $lines);
    }

    public function testAHandlerMayCancelARun(): void
    {
        $lines = self::interrupted('$run->cancel();', <<<'PHP'
            $run = $client->run(['adele.vance@contoso.example']);
            echo count(iterator_to_array($run)), ' ', $run->progress()->accepted;
            PHP);
        self::assertSame(['0 0'], $lines);
    }
}
