<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

use GraphInvalidate\Outcome;
use GraphInvalidate\Status;

/**
 * A call, or a whole run, that failed. The subclasses are the kinds of failure; the outcome holds all that is known.
 * Its code is the number of the status.
 */
abstract class OutcomeException extends \RuntimeException implements GraphInvalidateException
{
    final public function __construct(private readonly Outcome $outcome, ?int $number = null, ?\Throwable $cause = null)
    {
        $sentences = array_filter([$outcome->message, $outcome->hint]);
        parent::__construct(
            $outcome->status->value . ': ' . implode(' ', $sentences),
            $number ?? $outcome->status->number(),
            $cause,
        );
    }

    /** All that is known of it. */
    public function outcome(): Outcome
    {
        return $this->outcome;
    }

    /** @internal */
    public static function of(int $number, Outcome $outcome, ?\Throwable $cause = null): self
    {
        $kind = Failures::CLASSES[intdiv($number, 100)] ?? InternalException::class;
        return new $kind($outcome, $number, $cause);
    }

    /**
     * What was found out before the native library was asked.
     *
     * @internal
     */
    public static function local(
        Status $status,
        string $message,
        ?string $hint = null,
        ?\Throwable $cause = null,
        ?string $user = null,
    ): self {
        return self::of($status->number(), new Outcome($status, user: $user, message: $message, hint: $hint), $cause);
    }
}
