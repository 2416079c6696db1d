<?php

declare(strict_types=1);

namespace GraphInvalidate;

use FFI\CData;
use GraphInvalidate\Native\Guarded;
use GraphInvalidate\Native\Handle;

/**
 * A signal that ends the calls that it is given to, within 100 ms: a handler of a PHP signal (pcntl_signal) gives it.
 * Once given it stays given.
 */
final class Cancellation
{
    use Guarded;

    private readonly Handle $handle;

    private bool $given = false;

    /** @throws Exception\LibraryException where the native library cannot be had. */
    public function __construct()
    {
        $native = Library::native();
        $place = $native->new('graph_cancellation *');
        Native\Values::outcome(static fn (): int => $native->graph_cancellation_new(\FFI::addr($place)));
        $this->handle = new Handle($place, 'graph_cancellation_free');
    }

    /** Ends every call that was given this signal, and refuses those that are still to come. */
    public function cancel(): void
    {
        $this->given = true;
        Library::native()->graph_cancellation_cancel($this->handle->pointer);
    }

    /** Tells whether the signal was given. */
    public function isCancelled(): bool
    {
        return $this->given;
    }

    /** @internal */
    public function pointer(): CData
    {
        return $this->handle->pointer;
    }
}
