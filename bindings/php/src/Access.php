<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Native\Values;

/**
 * What a token may do, by its own claims, which are no proof, or by harmless reads.
 */
final readonly class Access
{
    /** Made by this package; make one yourself in tests of your own, with what matters there. */
    public function __construct(
        /**
         * How it ended.
         */
        public Status $status,
        /**
         * What the status means, in one sentence. null where nothing is wrong.
         */
        public ?string $message = null,
        /**
         * What to do about it.
         */
        public ?string $hint = null,
        /**
         * "delegated" (a user signed in) or "application"; null where the token cannot be read.
         */
        public ?string $kind = null,
        /**
         * The user principal name of the signed-in user.
         */
        public ?string $user = null,
        /**
         * The object id of the signed-in user, or of the application's service principal.
         */
        public ?string $id = null,
        /**
         * The tenant's id.
         */
        public ?string $tenant = null,
        /**
         * The application's name.
         */
        public ?string $application = null,
        /**
         * The application's id.
         */
        public ?string $applicationId = null,
        /**
         * The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
         */
        public ?string $cloud = null,
        /**
         * Where requests with this token go.
         */
        public ?string $endpoint = null,
        /**
         * The end of the token's lifetime.
         */
        public ?\DateTimeImmutable $expires = null,
        /**
         * The delegated scopes, or the application's roles.
         *
         * @var list<string>
         */
        public array $permissions = [],
        /**
         * The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise
         * by template id.
         *
         * @var list<string>
         */
        public array $directoryRoles = [],
        /**
         * What the token may do, job for job.
         *
         * @var list<AccessFinding>
         */
        public array $findings = [],
        /**
         * The kind of the credential that brought the token, and where a workload's assertion came from:
         * "azure-cli", "workload-identity (github-actions)". null where the token was given.
         */
        public ?string $credential = null,
    ) {
    }

    /** @internal */
    public static function read(#[\SensitiveParameter] \FFI\CData $from): self
    {
        return new self(
            Status::ofNumber($from->status),
            $from->message,
            $from->hint,
            $from->kind,
            $from->user,
            $from->id,
            $from->tenant,
            $from->application,
            $from->application_id,
            $from->cloud,
            $from->endpoint,
            $from->expires === null ? null : Values::time($from->expires),
            Values::texts($from->permissions, $from->permissions_len),
            Values::texts($from->directory_roles, $from->directory_roles_len),
            array_map(AccessFinding::read(...), Values::structures($from->findings, $from->findings_len)),
            $from->credential,
        );
    }
}
