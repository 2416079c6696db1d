<?php

/*
 * Signs out the users of a CSV file, with a record that a second start goes on from:
 *
 *     php sign-out-csv.php users.csv incident-4711.jsonl [--column=userPrincipalName] [--dry-run]
 *
 * Signs in by the first credential that is there: environment, workload, managed identity, Azure CLI, a person.
 * Ctrl+C ends it in good order. Ends with 0 where everybody is proved to be signed out, and otherwise with 1.
 */

declare(strict_types=1);

use GraphInvalidate\Client;
use GraphInvalidate\Credential;
use GraphInvalidate\Exception\GraphInvalidateException;
use GraphInvalidate\Status;

require getenv('COMPOSER_AUTOLOAD') ?: 'vendor/autoload.php';

/** The users of one column, row by row. */
function users(string $file, string $column): Generator
{
    $rows = new SplFileObject($file);
    $rows->setFlags(SplFileObject::READ_CSV | SplFileObject::SKIP_EMPTY | SplFileObject::READ_AHEAD);
    foreach ($rows as $number => $row) {
        if (!isset($at)) {
            // Excel writes a byte order mark.
            $row[0] = preg_replace('/^\xEF\xBB\xBF/', '', $row[0]);
            $at = array_search($column, $row, true);
            if ($at === false) {
                throw new RuntimeException("{$file} has no column {$column}, but " . implode(', ', $row));
            }
        } else {
            yield $number + 1 => $row[$at] ?? null;
        }
    }
}

$options = getopt('', ['column:', 'dry-run'], $rest);
[$file, $journal] = array_slice($argv, $rest) + ['', ''];
if ($file === '' || $journal === '') {
    fwrite(STDERR, "Usage: php sign-out-csv.php [--column=NAME] [--dry-run] USERS.csv JOURNAL.jsonl\n");
    exit(2);
}
try {
    $client = new Client(credential: new Credential('chain'));
    while (($step = $client->signIn())->status === Status::SignInPending) {
        fwrite(STDERR, $step->message . "\n");
    }
    $access = $client->access();
    fwrite(STDERR, "as {$access->application} in the tenant {$access->tenant}\n");
    $run = $client->run(
        users($file, $options['column'] ?? 'userPrincipalName'),
        journal: $journal,
        resume: file_exists($journal),
        verify: true,
        dryRun: isset($options['dry-run']),
    );
    if (function_exists('pcntl_async_signals')) {
        pcntl_async_signals(true);
        pcntl_signal(SIGINT, fn () => $run->cancel());
    }
    foreach ($run as $outcome) {
        echo $outcome->user, "\t", $outcome->status->value, "\t", $outcome->message, "\n";
    }
    $progress = $run->progress();
    $done = $progress->accepted + $progress->acceptedBefore + $progress->planned - $progress->unverified;
    $left = $progress->failed + $progress->unverified + $progress->waiting + $progress->inFlight;
    fwrite(STDERR, "{$done} of {$progress->added} are done, {$left} are not\n");
    exit($left === 0 ? 0 : 1);
} catch (GraphInvalidateException | RuntimeException $failure) {
    fwrite(STDERR, $failure->getMessage() . "\n");
    exit(1);
}
