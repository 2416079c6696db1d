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
         * Number of users added.
         */
        public int $added = 0,
        /**
         * Number of added users that were duplicates (same key or object id).
         */
        public int $duplicates = 0,
        /**
         * Number of users left out as excluded.
         */
        public int $excluded = 0,
        /**
         * Number of users accepted in an earlier part of the run, according to the journal.
         */
        public int $acceptedBefore = 0,
        /**
         * Number of users the service accepted, verified or not.
         */
        public int $accepted = 0,
        /**
         * Number of users in accepted and accepted_before that were verified.
         */
        public int $verified = 0,
        /**
         * Number of users that failed: the service did not accept them.
         */
        public int $failed = 0,
        /**
         * Number of users that a dry run found.
         */
        public int $planned = 0,
        /**
         * Number of users waiting to be sent, or to be sent again.
         */
        public int $waiting = 0,
        /**
         * Number of those that were never attempted.
         */
        public int $neverAttempted = 0,
        /**
         * Number of users in flight. After the end: those in flight when the run ended.
         */
        public int $inFlight = 0,
        /**
         * Number of users in accepted and accepted_before that wait to be verified.
         */
        public int $verifying = 0,
        /**
         * Number of times a user was sent, retries included.
         */
        public int $attempts = 0,
        /**
         * Number of refusals because a quota was exceeded.
         */
        public int $throttled = 0,
        /**
         * Users per second, over the last seconds.
         */
        public float $rate = 0.0,
        /**
         * Users per second that the known quota allows in the long run; INF without pacing.
         */
        public float $pace = 0.0,
        /**
         * Time for which nothing is sent: because the service asked for it or, if unanswered is not 0,
         * because it does not answer.
         * In seconds.
         */
        public float $pause = 0.0,
        /**
         * Estimated time for the waiting users, by what is known of the quota.
         * In seconds.
         */
        public float $timeLeft = 0.0,
        /**
         * Number of users that may be added now without memory growing: for programs that stream a long list.
         */
        public int $wanted = 0,
        /**
         * Number of consecutive requests without a response.
         */
        public int $unanswered = 0,
        /**
         * Number of users in accepted and accepted_before whose sign-out could not be verified.
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
