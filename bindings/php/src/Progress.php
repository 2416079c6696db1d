<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Native\Values;

/**
 * How far a run is, at one moment.
 */
final readonly class Progress
{
    /** Made by this package; make one yourself in tests of your own, with what matters there. */
    public function __construct(
        /**
         * How many users were added.
         */
        public int $added = 0,
        /**
         * How many of them were there before under the same key, or the same object id.
         */
        public int $duplicates = 0,
        /**
         * How many were left out as excluded.
         */
        public int $excluded = 0,
        /**
         * How many were accepted in an earlier part of the run, by the journal.
         */
        public int $acceptedBefore = 0,
        /**
         * How many the service accepted, whether they were verified or not.
         */
        public int $accepted = 0,
        /**
         * How many of accepted and accepted_before were verified.
         */
        public int $verified = 0,
        /**
         * How many failed for good: the service did not accept them.
         */
        public int $failed = 0,
        /**
         * How many a dry run found.
         */
        public int $planned = 0,
        /**
         * How many wait to be sent, or to be sent again.
         */
        public int $waiting = 0,
        /**
         * How many of those were never attempted.
         */
        public int $neverAttempted = 0,
        /**
         * How many are on the way. After the end: how many were on the way then.
         */
        public int $inFlight = 0,
        /**
         * How many of accepted and accepted_before wait to be verified.
         */
        public int $verifying = 0,
        /**
         * How many times a user was sent, repeated attempts included.
         */
        public int $attempts = 0,
        /**
         * How many times the service refused for its quota.
         */
        public int $throttled = 0,
        /**
         * Users a second, over the last seconds.
         */
        public float $rate = 0.0,
        /**
         * Users a second that the pace allows in the long run, by what is known of the quota; INF without
         * pacing.
         */
        public float $pace = 0.0,
        /**
         * How long nothing is sent: because the service asked for it or, where unanswered is not 0, because
         * it does not answer.
         * In seconds.
         */
        public float $pause = 0.0,
        /**
         * How long the users that wait will take, by what is known of the quota.
         * In seconds.
         */
        public float $timeLeft = 0.0,
        /**
         * How many more users may be added without memory growing: for programs that stream a long list.
         */
        public int $wanted = 0,
        /**
         * How many requests in a row had no answer.
         */
        public int $unanswered = 0,
        /**
         * How many of accepted and accepted_before were looked at in vain: they are signed out by all that is
         * known, but that is not proved.
         */
        public int $unverified = 0,
    ) {
    }

    /** @internal */
    public static function read(#[\SensitiveParameter] \FFI\CData $from): self
    {
        return new self(
            $from->added,
            $from->duplicates,
            $from->excluded,
            $from->accepted_before,
            $from->accepted,
            $from->verified,
            $from->failed,
            $from->planned,
            $from->waiting,
            $from->never_attempted,
            $from->in_flight,
            $from->verifying,
            $from->attempts,
            $from->throttled,
            $from->rate,
            $from->pace,
            $from->pause_ms / 1000,
            $from->time_left_ms / 1000,
            $from->wanted,
            $from->unanswered,
            $from->unverified,
        );
    }
}
