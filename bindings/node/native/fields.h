/* Made by cargo xtask abi from the library's source. Do not edit. */

#ifndef GRAPH_INVALIDATE_FIELDS_H
#define GRAPH_INVALIDATE_FIELDS_H

#include "addon.h"

static const field ACCESS_FINDING_FIELDS[] = {
    {TEXT, offsetof(graph_access_finding, job), 0, NULL},
    {TEXT, offsetof(graph_access_finding, verdict), 0, NULL},
    {TEXT, offsetof(graph_access_finding, reason), 0, NULL},
    {TEXT, offsetof(graph_access_finding, hint), 0, NULL},
};
static const shape ACCESS_FINDING = {sizeof(graph_access_finding), ACCESS_FINDING_FIELDS, sizeof ACCESS_FINDING_FIELDS / sizeof(field)};

static const field ACCESS_FIELDS[] = {
    {SIGNED, offsetof(graph_access, status), 0, NULL},
    {TEXT, offsetof(graph_access, message), 0, NULL},
    {TEXT, offsetof(graph_access, hint), 0, NULL},
    {TEXT, offsetof(graph_access, kind), 0, NULL},
    {TEXT, offsetof(graph_access, user), 0, NULL},
    {TEXT, offsetof(graph_access, id), 0, NULL},
    {TEXT, offsetof(graph_access, tenant), 0, NULL},
    {TEXT, offsetof(graph_access, application), 0, NULL},
    {TEXT, offsetof(graph_access, application_id), 0, NULL},
    {TEXT, offsetof(graph_access, cloud), 0, NULL},
    {TEXT, offsetof(graph_access, endpoint), 0, NULL},
    {TEXT, offsetof(graph_access, expires), 0, NULL},
    {TEXTS, offsetof(graph_access, permissions), offsetof(graph_access, permissions_len), NULL},
    {TEXTS, offsetof(graph_access, directory_roles), offsetof(graph_access, directory_roles_len), NULL},
    {STRUCTURES, offsetof(graph_access, findings), offsetof(graph_access, findings_len), &ACCESS_FINDING},
    {TEXT, offsetof(graph_access, credential), 0, NULL},
};
static const shape ACCESS = {sizeof(graph_access), ACCESS_FIELDS, sizeof ACCESS_FIELDS / sizeof(field)};

static const field CALL_OPTIONS_FIELDS[] = {
    {TEXT, offsetof(graph_call_options, user), 0, NULL},
    {TEXT, offsetof(graph_call_options, token), 0, NULL},
    {TEXT, offsetof(graph_call_options, not_before), 0, NULL},
    {UNSIGNED, offsetof(graph_call_options, timeout_ms), 0, NULL},
    {UNSIGNED, offsetof(graph_call_options, kind), 0, NULL},
    {TEXT, offsetof(graph_call_options, traceparent), 0, NULL},
};
static const shape CALL_OPTIONS = {sizeof(graph_call_options), CALL_OPTIONS_FIELDS, sizeof CALL_OPTIONS_FIELDS / sizeof(field)};

static const field CREDENTIAL_OPTIONS_FIELDS[] = {
    {TEXT, offsetof(graph_credential_options, kind), 0, NULL},
    {TEXT, offsetof(graph_credential_options, tenant), 0, NULL},
    {TEXT, offsetof(graph_credential_options, client_id), 0, NULL},
    {TEXT, offsetof(graph_credential_options, client_secret), 0, NULL},
    {TEXT, offsetof(graph_credential_options, certificate_file), 0, NULL},
    {BYTES, offsetof(graph_credential_options, certificate), offsetof(graph_credential_options, certificate_len), NULL},
    {TEXT, offsetof(graph_credential_options, certificate_password), 0, NULL},
    {TEXT, offsetof(graph_credential_options, federated_token_file), 0, NULL},
    {TEXT, offsetof(graph_credential_options, object_id), 0, NULL},
    {TEXT, offsetof(graph_credential_options, resource_id), 0, NULL},
    {TEXT, offsetof(graph_credential_options, scopes), 0, NULL},
    {TEXT, offsetof(graph_credential_options, authority), 0, NULL},
    {PAIRS, offsetof(graph_credential_options, environment), offsetof(graph_credential_options, environment_len), NULL},
    {UNSIGNED, offsetof(graph_credential_options, send_certificate_chain), 0, NULL},
    {TEXT, offsetof(graph_credential_options, assertion_from), 0, NULL},
    {TEXT, offsetof(graph_credential_options, audience), 0, NULL},
    {TEXT, offsetof(graph_credential_options, service_connection_id), 0, NULL},
    {TEXT, offsetof(graph_credential_options, identity_client_id), 0, NULL},
    {UNSIGNED, offsetof(graph_credential_options, token_proxy), 0, NULL},
};
static const shape CREDENTIAL_OPTIONS = {sizeof(graph_credential_options), CREDENTIAL_OPTIONS_FIELDS, sizeof CREDENTIAL_OPTIONS_FIELDS / sizeof(field)};

static const field CLIENT_OPTIONS_FIELDS[] = {
    {TEXT, offsetof(graph_client_options, token), 0, NULL},
    {TEXT, offsetof(graph_client_options, cloud), 0, NULL},
    {TEXT, offsetof(graph_client_options, endpoint), 0, NULL},
    {TEXT, offsetof(graph_client_options, api), 0, NULL},
    {UNSIGNED, offsetof(graph_client_options, timeout_ms), 0, NULL},
    {TEXT, offsetof(graph_client_options, proxy), 0, NULL},
    {TEXT, offsetof(graph_client_options, ca_file), 0, NULL},
    {PAIRS, offsetof(graph_client_options, headers), offsetof(graph_client_options, headers_len), NULL},
    {STRUCTURE, offsetof(graph_client_options, credential), 0, &CREDENTIAL_OPTIONS},
    {TEXT, offsetof(graph_client_options, expect_tenant), 0, NULL},
    {PAIRS, offsetof(graph_client_options, environment), offsetof(graph_client_options, environment_len), NULL},
};
static const shape CLIENT_OPTIONS = {sizeof(graph_client_options), CLIENT_OPTIONS_FIELDS, sizeof CLIENT_OPTIONS_FIELDS / sizeof(field)};

static const field OUTCOME_FIELDS[] = {
    {SIGNED, offsetof(graph_outcome, status), 0, NULL},
    {SIGNED, offsetof(graph_outcome, http_status), 0, NULL},
    {UNSIGNED, offsetof(graph_outcome, attempts), 0, NULL},
    {REAL, offsetof(graph_outcome, retry_after), 0, NULL},
    {TEXT, offsetof(graph_outcome, time), 0, NULL},
    {TEXT, offsetof(graph_outcome, user), 0, NULL},
    {TEXT, offsetof(graph_outcome, id), 0, NULL},
    {TEXT, offsetof(graph_outcome, code), 0, NULL},
    {TEXT, offsetof(graph_outcome, message), 0, NULL},
    {TEXT, offsetof(graph_outcome, hint), 0, NULL},
    {TEXT, offsetof(graph_outcome, request_id), 0, NULL},
    {TEXT, offsetof(graph_outcome, client_request_id), 0, NULL},
    {TEXT, offsetof(graph_outcome, server_date), 0, NULL},
    {PAIRS, offsetof(graph_outcome, headers), offsetof(graph_outcome, headers_len), NULL},
    {TEXT, offsetof(graph_outcome, sessions_valid_from), 0, NULL},
};
static const shape OUTCOME = {sizeof(graph_outcome), OUTCOME_FIELDS, sizeof OUTCOME_FIELDS / sizeof(field)};

static const field PROGRESS_FIELDS[] = {
    {WIDE, offsetof(graph_progress, added), 0, NULL},
    {WIDE, offsetof(graph_progress, duplicates), 0, NULL},
    {WIDE, offsetof(graph_progress, excluded), 0, NULL},
    {WIDE, offsetof(graph_progress, accepted_before), 0, NULL},
    {WIDE, offsetof(graph_progress, accepted), 0, NULL},
    {WIDE, offsetof(graph_progress, verified), 0, NULL},
    {WIDE, offsetof(graph_progress, failed), 0, NULL},
    {WIDE, offsetof(graph_progress, planned), 0, NULL},
    {WIDE, offsetof(graph_progress, waiting), 0, NULL},
    {WIDE, offsetof(graph_progress, never_attempted), 0, NULL},
    {WIDE, offsetof(graph_progress, in_flight), 0, NULL},
    {WIDE, offsetof(graph_progress, verifying), 0, NULL},
    {WIDE, offsetof(graph_progress, attempts), 0, NULL},
    {WIDE, offsetof(graph_progress, throttled), 0, NULL},
    {REAL, offsetof(graph_progress, rate), 0, NULL},
    {REAL, offsetof(graph_progress, pace), 0, NULL},
    {WIDE, offsetof(graph_progress, pause_ms), 0, NULL},
    {WIDE, offsetof(graph_progress, time_left_ms), 0, NULL},
    {UNSIGNED, offsetof(graph_progress, wanted), 0, NULL},
    {UNSIGNED, offsetof(graph_progress, unanswered), 0, NULL},
    {WIDE, offsetof(graph_progress, unverified), 0, NULL},
};
static const shape PROGRESS = {sizeof(graph_progress), PROGRESS_FIELDS, sizeof PROGRESS_FIELDS / sizeof(field)};

static const field RUN_OPTIONS_FIELDS[] = {
    {TEXT, offsetof(graph_run_options, journal), 0, NULL},
    {TEXTS, offsetof(graph_run_options, exclude), offsetof(graph_run_options, exclude_len), NULL},
    {TEXT, offsetof(graph_run_options, throttle_priority), 0, NULL},
    {REAL, offsetof(graph_run_options, rate), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, resume), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, verify), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, dry_run), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, verify_journal), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, allow_unresolved_exclusions), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, batch_size), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, concurrency), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, wait_ms), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, deadline_ms), 0, NULL},
    {TEXT, offsetof(graph_run_options, token), 0, NULL},
    {WIDE, offsetof(graph_run_options, resume_within_ms), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, ahead), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, max_failures), 0, NULL},
    {TEXTS, offsetof(graph_run_options, group), offsetof(graph_run_options, group_len), NULL},
    {TEXTS, offsetof(graph_run_options, exclude_group), offsetof(graph_run_options, exclude_group_len), NULL},
    {TEXT, offsetof(graph_run_options, filter), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, everyone), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, guests), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, allow_empty), 0, NULL},
    {UNSIGNED, offsetof(graph_run_options, who), 0, NULL},
};
static const shape RUN_OPTIONS = {sizeof(graph_run_options), RUN_OPTIONS_FIELDS, sizeof RUN_OPTIONS_FIELDS / sizeof(field)};

#endif
