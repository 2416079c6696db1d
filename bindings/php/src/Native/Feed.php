<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use FFI\CData;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Library;
use GraphInvalidate\Outcome;
use GraphInvalidate\Status;

/**
 * The source of a run's users. An array is at hand, and goes to the run in large parts; of everything else each user
 * goes to the run before the next one is asked for, since the source may wait.
 *
 * @internal
 */
final class Feed
{
    /** How long reading the source may hold back outcomes that are there already, in nanoseconds. */
    private const PATIENCE_NS = 5_000_000;

    private const SETTLING_NS = 1_000_000_000;

    private const MOST_AT_ONCE = 512;

    private const LONGEST_USUAL_KEY = 1023;

    private ?\Iterator $source;

    private readonly bool $isAtHand;

    private bool $isBegun = false;

    private ?\Throwable $error = null;

    /** A list of one user, whose key lies in the buffer where it is short enough. */
    private readonly CData $one;

    private readonly CData $buffer;

    private readonly CData $progress;

    /** @param iterable<mixed> $users */
    public function __construct(#[\SensitiveParameter] private readonly CData $run, iterable $users)
    {
        $native = Library::native();
        $this->isAtHand = \is_array($users);
        $this->source = \is_array($users) ? new \ArrayIterator($users) : new \IteratorIterator($users);
        $this->one = $native->new('char *[1]');
        $this->buffer = $native->new('char[' . (self::LONGEST_USUAL_KEY + 1) . ']');
        $this->progress = $native->new('graph_progress');
    }

    /** @return array<never, never> */
    public function __debugInfo(): array
    {
        return [];
    }

    /** What ended the source before its time. */
    public function error(): ?\Throwable
    {
        return $this->error;
    }

    /** Adds users as far as they are wanted, and says when there are no more. */
    public function feed(): void
    {
        if ($this->source === null) {
            return;
        }
        // Nobody says again that users are wanted before some were added.
        $wanted = max(1, min($this->wanted(), self::MOST_AT_ONCE));
        $this->isAtHand ? $this->addMany($wanted) : $this->addEach($wanted, hrtime(true) + self::PATIENCE_NS);
        if ($this->source === null) {
            $this->finish();
        }
    }

    /** Reads a source that is soon read to its end, so that whom it gives is counted. */
    public function settle(): void
    {
        $until = hrtime(true) + self::SETTLING_NS;
        while ($this->source !== null && $this->wanted() > 0 && hrtime(true) < $until) {
            $this->feed();
        }
    }

    private function addMany(int $wanted): void
    {
        $memory = new Memory();
        $keys = [];
        while (\count($keys) < $wanted && ($taken = $this->take()) !== null) {
            $keys[] = $taken[0];
        }
        if ($keys === []) {
            return;
        }
        $native = Library::native();
        $list = $native->new('char *[' . \count($keys) . ']');
        foreach ($keys as $index => $key) {
            $list[$index] = $key === null ? null : $memory->text($key);
        }
        $this->add($list, \count($keys));
    }

    private function addEach(int $wanted, int $until): void
    {
        do {
            $taken = $this->take();
            if ($taken === null) {
                return;
            }
            $this->addOne($taken[0]);
        } while (--$wanted > 0 && hrtime(true) < $until);
    }

    /**
     * The key of the next user; null at the end of the source, and where it fails: who was given has an outcome all the
     * same, and then the failure is thrown.
     *
     * @return ?array{?string}
     */
    private function take(): ?array
    {
        try {
            return $this->advance() ? [self::key($this->source?->current())] : null;
        } catch (\Throwable $error) {
            $this->error = $error;
            $this->source = null;
            return null;
        }
    }

    private function addOne(?string $key): void
    {
        if ($key === null) {
            $this->one[0] = null;
        } elseif (\strlen($key) <= self::LONGEST_USUAL_KEY && !str_contains($key, "\0")) {
            \FFI::memcpy($this->buffer, $key . "\0", \strlen($key) + 1);
            $this->one[0] = Library::native()->cast('char *', $this->buffer);
        } else {
            $memory = new Memory();
            $this->one[0] = $memory->text($key);
        }
        $this->add($this->one, 1);
    }

    /** Goes to the next user, no sooner than it is wanted; tells whether there is one. */
    private function advance(): bool
    {
        $source = $this->source;
        if ($source === null) {
            return false;
        }
        $this->isBegun ? $source->next() : $source->rewind();
        $this->isBegun = true;
        if (!$source->valid()) {
            $this->source = null;
            return false;
        }
        return true;
    }

    private function add(#[\SensitiveParameter] CData $list, int $length): void
    {
        $native = Library::native();
        $status = $native->graph_run_add($this->run, $native->cast('char **', $list), $length, null);
        if ($status !== Declarations::OK) {
            throw OutcomeException::of($status, new Outcome(Status::ofNumber($status)));
        }
    }

    private function finish(): void
    {
        $native = Library::native();
        // The record of a run whose list broke says so: it is not complete, and can be resumed with the whole list.
        $this->error === null
            ? $native->graph_run_finish_input($this->run)
            : $native->graph_run_fail_input($this->run);
    }

    private function wanted(): int
    {
        $this->progress->struct_size = \FFI::sizeof($this->progress);
        Library::native()->graph_run_progress($this->run, \FFI::addr($this->progress));
        return $this->progress->wanted;
    }

    /** An entry of a list of users: what is no key becomes one that the library refuses, as an outcome. */
    private static function key(mixed $user): ?string
    {
        if ($user === null || \is_string($user)) {
            return $user;
        }
        if ($user instanceof \Stringable) {
            return (string) $user;
        }
        // White space is in no key: a value never becomes one by its text.
        return 'no string: ' . get_debug_type($user) . (\is_int($user) || \is_float($user) ? " {$user}" : '');
    }
}
