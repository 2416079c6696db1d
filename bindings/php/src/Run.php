<?php

declare(strict_types=1);

namespace GraphInvalidate;

use FFI\CData;
use GraphInvalidate\Exception\ClosedException;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Exception\RunException;
use GraphInvalidate\Native\Declarations;
use GraphInvalidate\Native\Feed;
use GraphInvalidate\Native\Guarded;
use GraphInvalidate\Native\Handle;
use GraphInvalidate\Native\Memory;
use GraphInvalidate\Native\Provider;
use GraphInvalidate\Native\Values;

/**
 * Many users on their way: read with foreach, one Outcome for each, in the order in which they are known.
 *
 * Made by Client::run(), and begun by the first look at it. Users are taken from their source as they are sent. A user
 * who fails is an outcome like others; what ends the whole run is thrown, after the outcomes that are known; so is what
 * the source of the users throws.
 *
 * Leaving the loop ends the run: with break, an exception, or a signal handler that throws. So does closing or
 * forgetting it. Its journal is complete then, and it can be resumed. A run keeps its connections and whom to ask for
 * tokens when its client is closed. It stays with the process that began it.
 *
 * @implements \IteratorAggregate<int, Outcome>
 */
final class Run implements \IteratorAggregate
{
    use Guarded;

    /** PHP runs the handlers of signals between two looks: they are never further away than this. */
    private const LOOK_MS = 50;

    /** What there is to know before the run begins: what a resumed journal holds, whether its last line was torn. */
    public readonly ?string $notice;

    private ?Handle $handle;

    private readonly Feed $feed;

    private bool $isBegun = false;

    private ?\Throwable $failure = null;

    private ?Progress $progress = null;

    /** What the last token is known again by. */
    private string $lastToken = '';

    /**
     * @internal Client::run() makes it.
     * @param iterable<mixed> $users
     * @param array<string, mixed> $options
     */
    public function __construct(
        Handle $client,
        private readonly ?Provider $provider,
        iterable $users,
        array $options,
    ) {
        $native = Library::native();
        $memory = new Memory();
        $given = $memory->options('graph_run_options', $options);
        $given->tell_users_wanted = 1;
        $place = $native->new('graph_run *');
        $begun = Values::outcome(static fn (#[\SensitiveParameter] CData $failure): int
            => $native->graph_run_new($client->pointer, \FFI::addr($given), \FFI::addr($place), $failure));
        $this->handle = new Handle($place, 'graph_run_free');
        $this->notice = $begun->message;
        $this->feed = new Feed($place, $users);
    }

    /**
     * The outcomes, as they are known.
     *
     * @return \Generator<int, Outcome>
     * @throws OutcomeException what ended the whole run.
     * @throws ClosedException where it was read before.
     */
    public function getIterator(): \Generator
    {
        if ($this->isBegun) {
            throw new ClosedException('A run is read once, and this one was read before, or closed.');
        }
        $this->isBegun = true;
        return $this->outcomes();
    }

    /** How far the run is; after its end, how far it came. */
    public function progress(): Progress
    {
        return $this->progress ?? $this->look();
    }

    /** Ends the run without waiting for anything; outcomes that are known still come. A signal handler may call it. */
    public function cancel(): void
    {
        if ($this->handle !== null) {
            Library::native()->graph_run_cancel($this->handle->pointer);
        }
    }

    /** Cancels the run where it has not ended, and completes its journal. Closing twice is fine. */
    public function close(): void
    {
        $this->isBegun = true;
        if ($this->handle === null) {
            return;
        }
        try {
            $this->progress = $this->look();
        } catch (RunException) {
            // In a forked process, which ends or lets go of it: the run is its parent's.
        } finally {
            $this->handle = null;
        }
    }

    private function outcomes(): \Generator
    {
        $native = Library::native();
        $place = $native->new('graph_outcome *');
        $address = \FFI::addr($place);
        try {
            while (($handle = $this->handle) !== null) {
                $status = $native->graph_run_next($handle->pointer, self::LOOK_MS, $address);
                if ($status === Declarations::RUN_USERS_WANTED) {
                    $this->feed->feed();
                }
                if ($status === Declarations::RUN_TIMEOUT || $status === Declarations::RUN_USERS_WANTED) {
                    continue;
                }
                if ($status === Declarations::RUN_DONE) {
                    break;
                }
                try {
                    $outcome = Values::taken($status, $place);
                } finally {
                    $native->graph_outcome_free($place);
                }
                if ($status === Declarations::OK) {
                    yield $outcome;
                } elseif ($status === Declarations::RUN_TOKEN_NEEDED) {
                    $this->giveToken($handle, $outcome);
                } else {
                    // Nothing more will come.
                    $this->failure ??= OutcomeException::of($status, $outcome);
                    break;
                }
            }
            $failure = $this->failure ?? $this->feed->error();
        } finally {
            $this->close();
        }
        if ($failure !== null) {
            throw $failure;
        }
    }

    /** Gives the run another token, from whoever is asked. */
    private function giveToken(Handle $run, Outcome $why): void
    {
        if ($this->failure !== null) {
            // Who is on the way has an outcome to come: nobody is signed out without one.
            if ($this->look()->inFlight === 0) {
                $this->cancel();
            }
            usleep(20_000);
            return;
        }
        try {
            $token = $this->provider?->token();
            if ($token === null || hash('xxh128', $token) === $this->lastToken) {
                throw OutcomeException::of($why->status->number(), $why);
            }
            $this->lastToken = hash('xxh128', $token);
            $native = Library::native();
            $memory = new Memory();
            $secret = $memory->secret($token);
            Values::outcome(static fn (#[\SensitiveParameter] CData $failure): int
                => $native->graph_run_set_token($run->pointer, $secret, $failure));
        } catch (OutcomeException $failure) {
            // Who was given and never attempted is told by the progress.
            $this->feed->settle();
            $this->failure = $failure;
        }
    }

    private function look(): Progress
    {
        $native = Library::native();
        $run = ($this->handle ?? throw new ClosedException('The run is closed.'))->pointer;
        $progress = $native->new('graph_progress');
        $progress->struct_size = \FFI::sizeof($progress);
        Values::outcome(static fn (): int => $native->graph_run_progress($run, \FFI::addr($progress)));
        return Progress::read($progress);
    }
}
