<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Native\Values;

/**
 * Whether the token may do one job.
 */
final readonly class AccessFinding
{
    /** Made by this package; make one yourself in tests of your own, with what matters there. */
    public function __construct(
        /**
         * The job: "me" (signing out the user who signed in), "others" (users without an administrator's
         * role), "administrators", "verification" (reading back that users were signed out), "target" (the
         * one user that Client::accessOnline() was asked about). There may be more one day.
         */
        public ?string $job = null,
        /**
         * "allowed", "refused" or "unknown".
         */
        public ?string $verdict = null,
        /**
         * Why, in one sentence.
         */
        public ?string $reason = null,
        /**
         * What to ask for, and whom. null where nothing is to be asked for.
         */
        public ?string $hint = null,
    ) {
    }

    /** @internal */
    public static function read(#[\SensitiveParameter] \FFI\CData $from): self
    {
        return new self(
            $from->job,
            $from->verdict,
            $from->reason,
            $from->hint,
        );
    }
}
