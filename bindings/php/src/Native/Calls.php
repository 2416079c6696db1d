<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use FFI\CData;
use GraphInvalidate\Library;

/**
 * Makes one call, or enquires, so that signal handlers have their turn while it waits.
 *
 * PHP runs the handler of a signal between two instructions of its own: not before a native call is over. So where
 * handlers may run, the call is submitted to a queue, and an enquiry begun beside, and waited for in short steps. A
 * handler that throws ends it.
 *
 * @internal
 */
final class Calls
{
    /** A handler is never further away than this. */
    private const LOOK_MS = 50;

    /** @var list<Handle> Queues without a call: a handler may call, too, and then takes another one. */
    private static array $idle = [];

    private static int $process = 0;

    /** @return int the status; the outcome is at the place. */
    public static function make(
        #[\SensitiveParameter] CData $client,
        #[\SensitiveParameter] CData $options,
        #[\SensitiveParameter] ?CData $cancellation,
        #[\SensitiveParameter] CData $place,
    ): int {
        $native = Library::native();
        if (!self::handlersMayRun()) {
            return $native->graph_client_call($client, \FFI::addr($options), $cancellation, $place);
        }
        $queue = self::queue();
        $call = \FFI::addr($options);
        $status = $native->graph_call_queue_submit($queue->pointer, $client, $call, $cancellation, 0, $place);
        if ($status !== Declarations::OK) {
            self::$idle[] = $queue;
            return $status;
        }
        do {
            // Between two of these PHP runs the handlers. Where one throws, the queue is freed, and with it the call.
            $status = $native->graph_call_queue_next($queue->pointer, self::LOOK_MS, null, $place);
        } while ($status === Declarations::QUEUE_TIMEOUT);
        self::$idle[] = $queue;
        return $status === Declarations::OK ? $place[0]->status : $status;
    }

    /**
     * Signs in, or asks what a token may do, as the kind of the options says.
     *
     * @param CData|null $access the place of what is known about a token; null where the client signs in.
     * @return int the status; what came of it is at one of the places.
     */
    public static function enquire(
        #[\SensitiveParameter] CData $client,
        #[\SensitiveParameter] CData $options,
        #[\SensitiveParameter] ?CData $cancellation,
        #[\SensitiveParameter] ?CData $access,
        #[\SensitiveParameter] CData $place,
    ): int {
        $native = Library::native();
        $options = \FFI::addr($options);
        if (!self::handlersMayRun()) {
            return $access === null
                ? $native->graph_client_sign_in($client, $cancellation, $place)
                : $native->graph_client_access_with($client, $options, $cancellation, $access, $place);
        }
        $begun = $native->new('graph_enquiry *');
        $status = $native->graph_enquiry_new($client, $options, $cancellation, \FFI::addr($begun), $place);
        if ($status !== Declarations::OK) {
            return $status;
        }
        $enquiry = new Handle($begun, 'graph_enquiry_free');
        do {
            // Where a handler throws, the enquiry is freed, and with it the sign-in.
            $status = $native->graph_enquiry_wait($enquiry->pointer, self::LOOK_MS, $access, $place);
        } while ($status === Declarations::QUEUE_TIMEOUT);
        return $status;
    }

    /** Whether a signal handler may want its turn while a call waits. */
    public static function handlersMayRun(): bool
    {
        return \function_exists('pcntl_async_signals') && \pcntl_async_signals();
    }

    private static function queue(): Handle
    {
        $process = getmypid();
        if ($process !== self::$process) {
            // Those of the parent stay with it.
            self::$idle = [];
            self::$process = (int) $process;
        }
        return array_pop(self::$idle) ?? self::made();
    }

    private static function made(): Handle
    {
        $native = Library::native();
        $place = $native->new('graph_call_queue *');
        Values::outcome(static fn (): int => $native->graph_call_queue_new(\FFI::addr($place)));
        return new Handle($place, 'graph_call_queue_free');
    }
}
