# By what somebody types who wants such an option of the library: of the client and of a credential
# Connect-GraphInvalidate's parameters, of a run Invoke-GraphInvalidateRun's. What is said in another way has none here.
$clientOptions = @{
    cloud = 'Environment'; endpoint = 'Endpoint'; api = 'Api'; timeout_ms = 'ClientTimeout'; proxy = 'Proxy'; ca_file = 'CaFile'; headers = 'Headers'
    expect_tenant = 'ExpectTenant'; token = 'AccessToken'
}
$credentialOptions = @{
    tenant = 'TenantId'; client_id = 'ClientId'; certificate_file = 'CertificateFile'; certificate_password = 'CertificatePassword'; federated_token_file = 'FederatedTokenFile'
    object_id = 'ObjectId'; resource_id = 'ResourceId'; scopes = 'Scopes'; authority = 'Authority'; send_certificate_chain = 'SendCertificateChain'
    assertion_from = 'AssertionFrom'; audience = 'AssertionAudience'; service_connection_id = 'ServiceConnectionId'; token_proxy = 'TokenProxy'
    identity_client_id = 'IdentityClientId'; client_secret = 'ClientSecretCredential'; certificate = 'Certificate'
}
$runOptions = @{
    journal = 'Journal'; resume = 'Resume'; verify = 'Verify'; dry_run = 'DryRun'; verify_journal = 'VerifyJournal'; exclude = 'Exclude'
    allow_unresolved_exclusions = 'AllowUnresolvedExclusions'; batch_size = 'BatchSize'; concurrency = 'Concurrency'; rate = 'Rate'; wait_ms = 'Wait'
    deadline_ms = 'Deadline'; throttle_priority = 'ThrottlePriority'; resume_within_ms = 'ResumeWithin'; ahead = 'Ahead'; max_failures = 'MaxFailures'
    group = 'Group'; exclude_group = 'ExcludeGroup'; filter = 'Filter'; everyone = 'Everyone'; guests = 'Guests'; allow_empty = 'AllowEmpty'; who = 'Who'
}

# The kind of a credential is a parameter set, and its environment the session's; a run's token is the connection's.
$saidElsewhere = @{ graph_client_options = 'credential', 'environment'; graph_credential_options = 'kind', 'environment'; graph_run_options = , 'token' }
