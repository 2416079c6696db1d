<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Native;

use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\NotGiven;
use GraphInvalidate\Run;

/**
 * What begins runs over many users.
 *
 * @internal
 */
trait Runs
{
    /**
     * Signs many users out: paced as the service allows, resumable, verified and on record.
     *
     * A token that is used up midway is asked for again where the client has whom to ask. Nothing is sent before
     * somebody reads the outcomes: foreach ($client->run($users) as $outcome).
     *
     * @param iterable<mixed, string|\Stringable|null> $users Object ids or user principal names, from an array, a
     * generator or any other source: taken as they are sent. What is no key, null included, is a failed outcome, and
     * the others go on.
     * @param string|NotGiven $journal The file of the record, which is also the point where the run can be
     * resumed. Left out: none.
     * @param bool $resume Goes on where the journal ends: who was accepted there is not sent again. Without
     * it: a journal that holds something is refused.
     * @param bool $verify Reads the cut-off back after acceptance; outcomes then are verified, or say why
     * not.
     * @param bool $dryRun Names every user and what is known of it; nothing is sent that writes.
     * @param bool $verifyJournal Takes the accepted users from the journal, not from the users given, and
     * verifies them again.
     * @param iterable<mixed, string|\Stringable>|string|\Stringable|NotGiven $exclude Users that are never
     * signed out, by object id or user principal name: break-glass accounts. Each is looked up before
     * anything is sent, so that it is recognised under its other name as well. Nobody under this name, a
     * generator that was read before for example, is refused. Left out: none.
     * @param bool $allowUnresolvedExclusions Goes on when an exclusion cannot be looked up; it then protects
     * the very key that was given, and no other name.
     * @param int|float $rate Users a second, with a burst of one second. What the service asks to wait is
     * obeyed in any case. Left out: the service's published quota (3,000 at once, then 20 a second); INF: no
     * pacing of our own.
     * @param int $batchSize How many users go into one request: 1 (plain requests) to 20. Left out: 20.
     * @param int $concurrency The most requests at once: 1 to 256. Left out: 16.
     * @param int|float $wait How long verification of a user may take. In seconds. Left out: 120 seconds.
     * @param int|float $deadline How long the whole run may take. In seconds. Left out: no limit.
     * @param ?string $throttlePriority "low", "normal" or "high": what the service sheds first under load.
     * Left out: not said.
     * @param int|float $resumeWithin How long ago the run of a journal that is resumed may have begun. An
     * older one is refused with Status::JournalTooOld, since whoever was signed out then may be compromised
     * anew. In seconds. Left out: a day.
     * @param int $ahead How many users the run may be ahead of the program that reads its outcomes: sent, and
     * their outcome not read. Who waits to be verified counts, too: with 1 nobody is sent before the last
     * outcome was read. Left out: as many as fit into its requests at once, and one batch more (340 with the
     * other defaults), not counting those who wait to be verified.
     * @param int $maxFailures How many users may fail before the run ends, with the status of the last of
     * them: a list of another tenant, for example, or a service that is down for long. Those already sent may
     * be more. Left out: no limit.
     * @return Run its outcomes, as they are known; it can tell its progress and be cancelled.
     * @throws OutcomeException where an option or the journal cannot be used.
     */
    public function run(
        iterable $users = [],
        string|NotGiven $journal = NotGiven::Value,
        bool $resume = false,
        bool $verify = false,
        bool $dryRun = false,
        bool $verifyJournal = false,
        iterable|string|\Stringable|NotGiven $exclude = NotGiven::Value,
        bool $allowUnresolvedExclusions = false,
        int|float $rate = 0,
        int $batchSize = 0,
        int $concurrency = 0,
        int|float $wait = 0,
        int|float $deadline = 0,
        ?string $throttlePriority = null,
        int|float $resumeWithin = 0,
        int $ahead = 0,
        int $maxFailures = 0,
    ): Run {
        return $this->beginRun($users, [
            'journal' => self::given($journal),
            'resume' => $resume,
            'verify' => $verify,
            'dry_run' => $dryRun,
            'verify_journal' => $verifyJournal,
            'exclude' => self::excluded($exclude),
            'allow_unresolved_exclusions' => $allowUnresolvedExclusions,
            'rate' => $rate,
            'batch_size' => $batchSize,
            'concurrency' => $concurrency,
            'wait_ms' => $wait,
            'deadline_ms' => $deadline,
            'throttle_priority' => $throttlePriority,
            'resume_within_ms' => $resumeWithin,
            'ahead' => $ahead,
            'max_failures' => $maxFailures,
        ]);
    }

    /**
     * @param iterable<mixed> $users
     * @param array<string, mixed> $options
     */
    abstract private function beginRun(iterable $users, array $options): Run;
}
