using System;
using System.Collections.Generic;

namespace GraphInvalidate;

/// <summary>How a <see cref="GraphInvalidateClient"/> signs in by itself, where no access token is given.</summary>
/// <remarks>
/// The client gets a token when it needs one, keeps it in memory, renews it in time, and answers a challenge for other
/// claims. What is left out is read from the environment, under the names that Azure's own tools use; an option that
/// the kind cannot use is refused, and so is one that says who or where and was set to null: it is a value that was
/// lost, and another identity would act. Options are judged when the client is made.
/// </remarks>
/// <param name="Kind">
/// <c>client-secret</c> or <c>client-certificate</c>: an application. <c>workload-identity</c>: a token of another
/// issuer, in a file, or given by GitHub Actions or Azure Pipelines. <c>managed-identity</c>: that of this machine or
/// service. <c>managed-identity-federated</c>: an application in the tenant that is named, for which that identity
/// vouches. <c>azure-cli</c>: whoever is signed in there. <c>device-code</c>: a person, see
/// <see cref="GraphInvalidateClient.SignIn"/>. <c>environment</c>: the application that the environment describes.
/// <c>chain</c>: the first that is there of environment, workload-identity, managed-identity, azure-cli and
/// device-code, and that <c>AZURE_TOKEN_CREDENTIALS</c> does not leave out.
/// </param>
public sealed record GraphInvalidateCredential(string Kind)
{
    private Given<string> _tenant;
    private Given<string> _clientId;
    private Given<string> _clientSecret;
    private Given<string> _certificateFile;
    private Given<string> _federatedTokenFile;
    private Given<string> _identityClientId;
    private Given<string> _objectId;
    private Given<string> _resourceId;
    private Given<string> _authority;

    /// <summary>Where the tokens come from: one of the names above.</summary>
    public string Kind { get; set; } = Kind;

    /// <summary>
    /// The tenant, by id or by a domain of it. Left out: <c>AZURE_TENANT_ID</c>; for a device code, the tenant of
    /// whoever signs in; for the Azure CLI, the one it is signed in to.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? Tenant
    {
        get => _tenant.Value;
        set => _tenant = new(value);
    }

    /// <summary>
    /// The application's (client's) id, or that of a user-assigned managed identity. Left out: <c>AZURE_CLIENT_ID</c>;
    /// for a managed identity, the system-assigned one; for a device code, "Microsoft Graph Command Line Tools", as
    /// Connect-MgGraph has it.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ClientId
    {
        get => _clientId.Value;
        set => _clientId = new(value);
    }

    /// <summary>
    /// The client secret. Left out: <c>AZURE_CLIENT_SECRET</c>. It is never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? ClientSecret
    {
        get => _clientSecret.Value;
        set => _clientSecret = new(value);
    }

    /// <summary>
    /// The file with the client certificate and its private key, PEM or PFX. Left out:
    /// <c>AZURE_CLIENT_CERTIFICATE_PATH</c>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? CertificateFile
    {
        get => _certificateFile.Value;
        set => _certificateFile = new(value);
    }

    /// <summary>
    /// The bytes of such a file, instead of the file. They are never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public byte[]? Certificate { get; set; }

    /// <summary>
    /// The password of the certificate. Left out: <c>AZURE_CLIENT_CERTIFICATE_PASSWORD</c>, if set. It is never shown
    /// by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? CertificatePassword { get; set; }

    /// <summary>Sends the whole certificate chain, for applications that trust an issuer and subject name.</summary>
    public bool SendCertificateChain { get; set; }

    /// <summary>The file with the federated token of a workload. Left out: <c>AZURE_FEDERATED_TOKEN_FILE</c>.</summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? FederatedTokenFile
    {
        get => _federatedTokenFile.Value;
        set => _federatedTokenFile = new(value);
    }

    /// <summary>
    /// Where a workload's assertion comes from: <c>file</c>, <c>github-actions</c> or <c>azure-pipelines</c>. Left out:
    /// from what is named by another option, otherwise from the first that is there, in this order.
    /// </summary>
    public string? AssertionFrom { get; set; }

    /// <summary>
    /// What the assertion of GitHub Actions or of a managed identity is for. Left out:
    /// <c>api://AzureADTokenExchange</c>; clouds other than the global one have audiences of their own.
    /// </summary>
    public string? Audience { get; set; }

    /// <summary>
    /// The service connection of Azure Pipelines. Left out: <c>AZURESUBSCRIPTION_SERVICE_CONNECTION_ID</c>.
    /// </summary>
    public string? ServiceConnectionId { get; set; }

    /// <summary>
    /// Signs a workload in by the token proxy of its Kubernetes cluster, which <c>AZURE_KUBERNETES_TOKEN_PROXY</c>
    /// names. Without this it never does, whatever variables are there.
    /// </summary>
    public bool TokenProxy { get; set; }

    /// <summary>The client id of the user-assigned managed identity that vouches for an application.</summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? IdentityClientId
    {
        get => _identityClientId.Value;
        set => _identityClientId = new(value);
    }

    /// <summary>The object id of a user-assigned managed identity.</summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ObjectId
    {
        get => _objectId.Value;
        set => _objectId = new(value);
    }

    /// <summary>The resource id of a user-assigned managed identity.</summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ResourceId
    {
        get => _resourceId.Value;
        set => _resourceId = new(value);
    }

    /// <summary>
    /// The delegated permissions that a person is asked for, separated by spaces. Left out: what invalidating and
    /// verifying take, <c>User.RevokeSessions.All User.Read.All</c>.
    /// </summary>
    public string? Scopes { get; set; }

    /// <summary>
    /// The sign-in service, <c>https://host[:port]</c>. Left out: that of the client's cloud; for an endpoint on this
    /// machine, the endpoint itself. <c>AZURE_AUTHORITY_HOST</c> applies where it names a cloud's sign-in service or
    /// this machine. Secrets are sent there: name only what you trust.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? Authority
    {
        get => _authority.Value;
        set => _authority = new(value);
    }

    /// <summary>
    /// The variables to read, instead of the client's <see cref="GraphInvalidateClientOptions.Environment"/>.
    /// They are never shown by <see cref="ToString"/>.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Environment { get; set; }

    /// <summary>Shows who signs in, and no secret.</summary>
    /// <returns>The options that hold no secret.</returns>
    public override string ToString() =>
        $"{nameof(GraphInvalidateCredential)} {{ Kind = {Kind}, Tenant = {Tenant}, ClientId = {ClientId}, CertificateFile = {CertificateFile}, "
        + $"FederatedTokenFile = {FederatedTokenFile}, AssertionFrom = {AssertionFrom}, Audience = {Audience}, ServiceConnectionId = {ServiceConnectionId}, "
        + $"TokenProxy = {TokenProxy}, IdentityClientId = {IdentityClientId}, ObjectId = {ObjectId}, ResourceId = {ResourceId}, Scopes = {Scopes}, Authority = {Options.Shown(Authority)} }}";

    internal unsafe graph_credential_options* ToNative(NativeStrings strings)
    {
        graph_credential_options* native = (graph_credential_options*)strings.Allocate(sizeof(graph_credential_options));
        native->struct_size = (nuint)sizeof(graph_credential_options);
        native->kind = strings.Add(Kind);
        native->tenant = strings.Add(_tenant.OrRefused(nameof(Tenant)));
        native->client_id = strings.Add(_clientId.OrRefused(nameof(ClientId)));
        native->client_secret = strings.Add(_clientSecret.OrRefused(nameof(ClientSecret)));
        native->certificate_file = strings.Add(_certificateFile.OrRefused(nameof(CertificateFile)));
        native->certificate = strings.Add(Certificate, out native->certificate_len);
        native->certificate_password = strings.Add(CertificatePassword);
        native->federated_token_file = strings.Add(_federatedTokenFile.OrRefused(nameof(FederatedTokenFile)));
        native->assertion_from = strings.Add(AssertionFrom);
        native->audience = strings.Add(Audience);
        native->service_connection_id = strings.Add(ServiceConnectionId);
        native->token_proxy = TokenProxy ? 1u : 0u;
        native->identity_client_id = strings.Add(_identityClientId.OrRefused(nameof(IdentityClientId)));
        native->object_id = strings.Add(_objectId.OrRefused(nameof(ObjectId)));
        native->resource_id = strings.Add(_resourceId.OrRefused(nameof(ResourceId)));
        native->scopes = strings.Add(Scopes);
        native->authority = strings.Add(_authority.OrRefused(nameof(Authority)));
        native->environment = (graph_variable*)strings.Add(Environment, out native->environment_len);
        native->send_certificate_chain = SendCertificateChain ? 1u : 0u;
        return native;
    }
}
