<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use FFI\CData;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Library;
use GraphInvalidate\Outcome;
use GraphInvalidate\Status;

/**
 * What the native library hands out, copied into PHP's values and freed.
 *
 * What is native is a sensitive parameter wherever it is one: printing a trace would read memory, with the secrets in
 * it, that may be freed by then.
 *
 * @internal
 */
final class Values
{
    private const MOST_TIMES = 8;

    private static ?\DateTimeZone $utc = null;

    /** @var array<string, \DateTimeImmutable> The times that were read last, by their texts. */
    private static array $times = [];

    /**
     * Calls with a place for an outcome, and takes what is put there.
     *
     * @param callable(CData): int $call
     * @throws OutcomeException where it is a failure.
     */
    public static function outcome(#[\SensitiveParameter] callable $call): Outcome
    {
        $native = Library::native();
        $place = $native->new('graph_outcome *');
        try {
            $status = $call(\FFI::addr($place));
            $outcome = self::taken($status, $place);
        } finally {
            $native->graph_outcome_free($place);
        }
        return $status < 100 && $status >= 0 ? $outcome : throw OutcomeException::of($status, $outcome);
    }

    /** The outcome at a place; of a call that put none there, its status alone. */
    public static function taken(int $status, #[\SensitiveParameter] CData $place): Outcome
    {
        return \FFI::isNull($place)
            ? new Outcome(Status::ofNumber($status))
            : Outcome::read($place[0]);
    }

    /**
     * A time in UTC. The users of one request have their times in common, as calls of one second have the service's.
     *
     * PHP would look the Z at its end up among the names of zones, which takes it 50 µs.
     */
    public static function time(string $text): \DateTimeImmutable
    {
        if (!isset(self::$times[$text])) {
            if (\count(self::$times) === self::MOST_TIMES) {
                self::$times = [];
            }
            self::$utc ??= new \DateTimeZone('UTC');
            self::$times[$text] = new \DateTimeImmutable(rtrim($text, 'Z'), self::$utc);
        }
        return self::$times[$text];
    }

    /** @return list<string> */
    public static function texts(#[\SensitiveParameter] ?CData $texts, int $length): array
    {
        $list = [];
        for ($index = 0; $index < $length; $index++) {
            $list[] = \FFI::string($texts[$index]);
        }
        return $list;
    }

    /** @return array<string, list<string>> */
    public static function pairs(#[\SensitiveParameter] ?CData $pairs, int $length): array
    {
        $lists = [];
        for ($index = 0; $index < $length; $index++) {
            $pair = $pairs[$index];
            $lists[$pair->name][] = $pair->value;
        }
        return $lists;
    }

    /** @return list<CData> */
    public static function structures(#[\SensitiveParameter] ?CData $structures, int $length): array
    {
        $list = [];
        for ($index = 0; $index < $length; $index++) {
            $list[] = $structures[$index][0];
        }
        return $list;
    }
}
