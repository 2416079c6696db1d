<?php

// Takes the figures of this package for cargo xtask bench php: it reads the token, then works once for each line that
// it reads, and answers with numbers. `measure.php first|warm|many|run PACKAGE EMULATOR [COUNT|LIST]`.

declare(strict_types=1);

use GraphInvalidate\Client;

[, $what, $package, $url] = $argv;

// As Composer's own loader does.
spl_autoload_register(static function (string $class) use ($package): void {
    require $package . '/src/' . str_replace('\\', '/', substr($class, strlen('GraphInvalidate\\'))) . '.php';
});

$client = new Client(token: trim((string) fgets(STDIN)), endpoint: $url);

function calls(Client $client, int $count): void
{
    while ($count-- > 0) {
        $client->invalidate('adele.vance@contoso.example');
    }
}

/** Users of a list, line by line. */
function users(string $file): Generator
{
    $lines = fopen($file, 'r') ?: throw new RuntimeException("{$file} cannot be read");
    while (($line = fgets($lines)) !== false) {
        yield rtrim($line, "\n");
    }
}

function run(Client $client, string $file): void
{
    foreach ($client->run(users($file), rate: INF) as $outcome) {
        if ($outcome->status->isFailure()) {
            throw new RuntimeException((string) $outcome->message);
        }
    }
}

/** Memory in KiB, threads and descriptors. */
function held(): void
{
    preg_match_all('/^(?:VmRSS|Threads):\s+(\d+)/m', (string) file_get_contents('/proc/self/status'), $numbers);
    echo implode("\n", $numbers[1]), "\n", count(scandir('/proc/self/fd') ?: []), "\n";
}

if ($what === 'first') {
    calls($client, 1);
} elseif ($what === 'many') {
    for ($round = 0; $round < 2; $round++) {
        calls($client, (int) $argv[4]);
        held();
    }
} else {
    while (fgets(STDIN) !== false) {
        $begin = hrtime(true);
        $what === 'run' ? run($client, $argv[4]) : calls($client, (int) $argv[4]);
        echo (hrtime(true) - $begin) / 1e9, "\n";
    }
}
