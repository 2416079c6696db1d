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
     * @param string|NotGiven $journal The journal file: the record of the run, from which it can be resumed.
     * Left out: none.
     * @param bool $resume Continues where the journal ends; users accepted there are not sent again. Without
     * it: a journal that is not empty is refused.
     * @param bool $verify Reads the cut-off back after acceptance; each outcome is then verified or says why
     * not.
     * @param bool $dryRun Lists every user and what is known about them; sends no write request.
     * @param bool $verifyJournal Takes the accepted users from the journal, not from the users given, and
     * verifies them again.
     * @param iterable<mixed, string|\Stringable>|string|\Stringable|NotGiven $exclude Users that are never
     * signed out, by object id or user principal name: break-glass accounts. Each is looked up before
     * anything is sent, so that it is recognised under its other name as well. Nobody under this name, a
     * generator that was read before for example, is refused. Left out: none.
     * @param bool $allowUnresolvedExclusions Continues if an exclusion cannot be looked up; it then protects
     * only the exact key given, not the account's other names.
     * @param int|float $rate Users per second, with a burst of one second. Waits that the service asks for
     * are always obeyed. Left out: the service's published quota (3,000 at once, then 20 per second); INF: no
     * pacing.
     * @param int $batchSize Users per request: 1 (no batching) to 20. Left out: 20.
     * @param int $concurrency Maximum number of concurrent requests: 1 to 256. Left out: 16.
     * @param int|float $wait Maximum time to verify one user. In seconds. Left out: 120 seconds.
     * @param int|float $deadline Maximum time for the whole run. In seconds. Left out: no limit.
     * @param ?string $throttlePriority Value of the x-ms-throttle-priority header, "low", "normal" or "high":
     * Graph drops low-priority requests first. Left out: the header is not sent.
     * @param int|float $resumeWithin Maximum age of the run in a resumed journal. An older one is refused
     * with Status::JournalTooOld, since users signed out then may have been compromised again. In seconds.
     * Left out: a day.
     * @param int $ahead Maximum number of users that were sent and whose outcome has not been read. Users
     * waiting to be verified count as well: with 1, nobody is sent before the last outcome was read. Left
     * out: as many as fit into the concurrent requests, plus one batch (340 with the other defaults), not
     * counting users waiting to be verified.
     * @param int $maxFailures Maximum number of failed users: when it is reached, the run ends with the
     * status of the last failure. Users already sent may still add to it. Left out: no limit.
     * @param iterable<mixed, string|\Stringable>|string|\Stringable|NotGiven $group Groups whose users are
     * signed out, by object id, or by a display name or address that exactly one group has. Users in nested
     * groups count. All users that the options select are listed first, completely, and are on record before
     * anybody is signed out; each goes once, by object id, after the users that were added. A resumed run
     * goes on with those on record. Nobody under this name, a generator that was read before for example, is
     * refused. Left out: none.
     * @param iterable<mixed, string|\Stringable>|string|\Stringable|NotGiven $excludeGroup Groups whose users
     * are never signed out, through all levels: found and listed before anything is sent. One without users
     * is refused. Nobody under this name, a generator that was read before for example, is refused. Left out:
     * none.
     * @param ?string $filter Signs out the users for whom this $filter of Microsoft Graph holds, such as
     * "accountEnabled eq false". Left out: none.
     * @param bool $everyone Signs out everyone in the directory.
     * @param bool $guests Guests who were selected are signed out, too. Without it: they are passed over,
     * since their home tenant signs them in.
     * @param bool $allowEmpty A group without users, or a selection of nobody, is no failure. Without it:
     * nothing is sent then, and the run ends with Status::SelectionEmpty.
     * @param bool $who Only names the selected users: each outcome is Status::Selected, and no write request
     * is sent.
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
        iterable|string|\Stringable|NotGiven $group = NotGiven::Value,
        iterable|string|\Stringable|NotGiven $excludeGroup = NotGiven::Value,
        ?string $filter = null,
        bool $everyone = false,
        bool $guests = false,
        bool $allowEmpty = false,
        bool $who = false,
    ): Run {
        return $this->beginRun($users, [
            'journal' => self::given($journal),
            'resume' => $resume,
            'verify' => $verify,
            'dry_run' => $dryRun,
            'verify_journal' => $verifyJournal,
            'exclude' => self::users('exclude', $exclude),
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
            'group' => self::users('group', $group),
            'exclude_group' => self::users('excludeGroup', $excludeGroup),
            'filter' => $filter,
            'everyone' => $everyone,
            'guests' => $guests,
            'allow_empty' => $allowEmpty,
            'who' => $who,
        ]);
    }

    /**
     * @param iterable<mixed> $users
     * @param array<string, mixed> $options
     */
    abstract private function beginRun(iterable $users, array $options): Run;
}
