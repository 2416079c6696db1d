<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Native;

/**
 * The numbers that cross the boundary, and the options that the library takes.
 *
 * @internal
 */
final class Declarations
{
    /** The number of the ABI that the header describes. */
    public const ABI = 1;

    /** The version that the header belongs to. */
    public const VERSION = '0.1.0';

    public const CALL_ACCESS = 2;
    public const CALL_ACCESS_ONLINE = 3;
    public const CALL_INVALIDATE = 0;
    public const CALL_SIGN_IN = 4;
    public const CALL_VERIFY = 1;

    public const OK = 0;
    public const RUN_DONE = 1;
    public const RUN_TIMEOUT = 2;
    public const RUN_TOKEN_NEEDED = 3;
    public const VERIFIED = 4;
    public const PLANNED = 5;
    public const SIGN_IN_PENDING = 6;
    public const SIGNED_IN = 7;
    public const SHOWN = 8;
    public const QUEUE_TIMEOUT = 9;
    public const QUEUE_DONE = 10;
    public const UNPROTECTED = 11;
    public const RUN_USERS_WANTED = 12;
    public const SELECTED = 13;
    public const SELECTION_REMARK = 14;

    /** Of each structure of options: each field by its name in C, with the name that it has here and its kind. */
    public const OPTIONS = [
        'graph_call_options' => [
            'user' => ['user', 'text'],
            'token' => ['token', 'secret'],
            'not_before' => ['notBefore', 'time'],
            'timeout_ms' => ['timeout', 'duration_ms'],
            'kind' => ['kind', 'number'],
            'traceparent' => ['traceparent', 'text'],
        ],
        'graph_run_options' => [
            'journal' => ['journal', 'path'],
            'exclude' => ['exclude', 'texts'],
            'throttle_priority' => ['throttlePriority', 'text'],
            'rate' => ['rate', 'real'],
            'resume' => ['resume', 'switch'],
            'verify' => ['verify', 'switch'],
            'dry_run' => ['dryRun', 'switch'],
            'verify_journal' => ['verifyJournal', 'switch'],
            'allow_unresolved_exclusions' => ['allowUnresolvedExclusions', 'switch'],
            'batch_size' => ['batchSize', 'number'],
            'concurrency' => ['concurrency', 'number'],
            'wait_ms' => ['wait', 'duration_ms'],
            'deadline_ms' => ['deadline', 'duration_ms'],
            'token' => ['token', 'secret'],
            'resume_within_ms' => ['resumeWithin', 'duration_ms'],
            'ahead' => ['ahead', 'number'],
            'max_failures' => ['maxFailures', 'number'],
            'group' => ['group', 'texts'],
            'exclude_group' => ['excludeGroup', 'texts'],
            'filter' => ['filter', 'text'],
            'everyone' => ['everyone', 'switch'],
            'guests' => ['guests', 'switch'],
            'allow_empty' => ['allowEmpty', 'switch'],
            'who' => ['who', 'switch'],
        ],
        'graph_credential_options' => [
            'kind' => ['kind', 'text'],
            'tenant' => ['tenant', 'text'],
            'client_id' => ['clientId', 'text'],
            'client_secret' => ['clientSecret', 'secret'],
            'certificate_file' => ['certificateFile', 'path'],
            'certificate' => ['certificate', 'bytes'],
            'certificate_password' => ['certificatePassword', 'secret'],
            'federated_token_file' => ['federatedTokenFile', 'path'],
            'object_id' => ['objectId', 'text'],
            'resource_id' => ['resourceId', 'text'],
            'scopes' => ['scopes', 'text'],
            'authority' => ['authority', 'text'],
            'environment' => ['environment', 'pairs'],
            'send_certificate_chain' => ['sendCertificateChain', 'switch'],
            'assertion_from' => ['assertionFrom', 'text'],
            'audience' => ['audience', 'text'],
            'service_connection_id' => ['serviceConnectionId', 'text'],
            'identity_client_id' => ['identityClientId', 'text'],
            'token_proxy' => ['tokenProxy', 'switch'],
        ],
        'graph_client_options' => [
            'token' => ['token', 'secret'],
            'cloud' => ['cloud', 'text'],
            'endpoint' => ['endpoint', 'text'],
            'api' => ['api', 'text'],
            'timeout_ms' => ['timeout', 'duration_ms'],
            'proxy' => ['proxy', 'secret'],
            'ca_file' => ['caFile', 'path'],
            'headers' => ['headers', 'pairs'],
            'credential' => ['credential', 'structure'],
            'expect_tenant' => ['expectTenant', 'text'],
            'environment' => ['environment', 'pairs'],
        ],
    ];
}
