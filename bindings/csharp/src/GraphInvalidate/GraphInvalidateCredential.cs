// Made by `cargo xtask abi` from the library's source: do not edit.
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
/// Where the tokens come from. "client-secret", "client-certificate": an application. "workload-identity": a
/// token of another issuer, in a file, or given by GitHub Actions or Azure Pipelines. "managed-identity":
/// that of this machine or service. "managed-identity-federated": an application in the tenant that is named,
/// for which that identity vouches. "azure-cli": the identity that is signed in there. "device-code": a
/// person; see <see cref="GraphInvalidateClient.SignIn"/>. "environment": the application that
/// AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain":
/// the first that is there of environment, workload-identity, managed-identity, azure-cli, device-code, and
/// that AZURE_TOKEN_CREDENTIALS does not leave out.
/// </param>
public sealed record GraphInvalidateCredential(string Kind)
{
    private Given<string> _tenant;
    private Given<string> _clientId;
    private Given<string> _clientSecret;
    private Given<string> _certificateFile;
    private Given<string> _federatedTokenFile;
    private Given<string> _objectId;
    private Given<string> _resourceId;
    private Given<string> _authority;
    private Given<string> _identityClientId;

    /// <summary>Where the tokens come from: one of the names above.</summary>
    public string Kind { get; set; } = Kind;

    /// <summary>
    /// The tenant, by id or by a domain of it. Left out: the variable AZURE_TENANT_ID; for a device code, the
    /// tenant of the person who signs in; for the Azure CLI, the one it is signed in to.
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
    /// The application's (client's) id, or that of a user-assigned managed identity. Left out: the variable
    /// AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code, "Microsoft Graph
    /// Command Line Tools", which Connect-MgGraph signs in with as well.
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
    /// The client secret. Left out: the variable AZURE_CLIENT_SECRET. It is never shown.
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
    /// AZURE_CLIENT_CERTIFICATE_PATH.
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
    /// The bytes of such a file, instead of the file. Left out: none. It is never shown.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public byte[]? Certificate { get; set; }

    /// <summary>
    /// The password of the certificate's file. Left out: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set. It is
    /// never shown.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public string? CertificatePassword { get; set; }

    /// <summary>
    /// The file with the federated token of a workload. Left out: the variable AZURE_FEDERATED_TOKEN_FILE.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? FederatedTokenFile
    {
        get => _federatedTokenFile.Value;
        set => _federatedTokenFile = new(value);
    }

    /// <summary>
    /// The object id of a user-assigned managed identity.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ObjectId
    {
        get => _objectId.Value;
        set => _objectId = new(value);
    }

    /// <summary>
    /// The resource id of a user-assigned managed identity.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? ResourceId
    {
        get => _resourceId.Value;
        set => _resourceId = new(value);
    }

    /// <summary>
    /// The delegated permissions that a person is asked for, separated by spaces. Left out: what invalidating
    /// and verifying take, "User.RevokeSessions.All User.Read.All".
    /// </summary>
    public string? Scopes { get; set; }

    /// <summary>
    /// The sign-in service, "https://host[:port]". AZURE_AUTHORITY_HOST applies where it names a cloud's
    /// sign-in service or loopback. Secrets are sent there: name only what you trust. Left out: that of the
    /// client's cloud; that of a loopback endpoint is the endpoint itself.
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
    /// Environment variables to use instead of the client's. Left out: the client's. It is never shown.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWriting)]
#endif
    public IDictionary<string, string>? Environment { get; set; }

    /// <summary>
    /// Sends the whole certificate chain, for applications that trust an issuer and subject name. Without it:
    /// sends the certificate alone.
    /// </summary>
    public bool SendCertificateChain { get; set; }

    /// <summary>
    /// Where a workload's assertion comes from: "file", "github-actions" or "azure-pipelines". Left out: from
    /// what is named by another option, otherwise from the first that is there, in this order.
    /// </summary>
    public string? AssertionFrom { get; set; }

    /// <summary>
    /// What the assertion that GitHub Actions or a managed identity gives is to be for. Left out:
    /// "api://AzureADTokenExchange".
    /// </summary>
    public string? Audience { get; set; }

    /// <summary>
    /// The service connection of Azure Pipelines. Left out: the variable
    /// AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
    /// </summary>
    public string? ServiceConnectionId { get; set; }

    /// <summary>
    /// The client id of the user-assigned managed identity that vouches for an application.
    /// </summary>
#if NET
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
#endif
    public string? IdentityClientId
    {
        get => _identityClientId.Value;
        set => _identityClientId = new(value);
    }

    /// <summary>
    /// A workload in a Kubernetes cluster signs in through the token proxy that AZURE_KUBERNETES_TOKEN_PROXY
    /// names. Without it: never, whatever variables are set.
    /// </summary>
    public bool TokenProxy { get; set; }

    /// <summary>Shows who signs in, and no secret.</summary>
    /// <returns>The options that hold no secret.</returns>
    public override string ToString() =>
        $"{nameof(GraphInvalidateCredential)} {{ Kind = {Kind}"
        + $", Tenant = {Tenant}"
        + $", ClientId = {ClientId}"
        + $", CertificateFile = {CertificateFile}"
        + $", FederatedTokenFile = {FederatedTokenFile}"
        + $", AssertionFrom = {AssertionFrom}"
        + $", Audience = {Audience}"
        + $", ServiceConnectionId = {ServiceConnectionId}"
        + $", TokenProxy = {TokenProxy}"
        + $", IdentityClientId = {IdentityClientId}"
        + $", ObjectId = {ObjectId}"
        + $", ResourceId = {ResourceId}"
        + $", Scopes = {Scopes}"
        + $", Authority = {Options.Shown(Authority)}"
        + " }";

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
        native->object_id = strings.Add(_objectId.OrRefused(nameof(ObjectId)));
        native->resource_id = strings.Add(_resourceId.OrRefused(nameof(ResourceId)));
        native->scopes = strings.Add(Scopes);
        native->authority = strings.Add(_authority.OrRefused(nameof(Authority)));
        native->environment = (graph_variable*)strings.Add(Environment, out native->environment_len);
        native->send_certificate_chain = SendCertificateChain ? 1u : 0u;
        native->assertion_from = strings.Add(AssertionFrom);
        native->audience = strings.Add(Audience);
        native->service_connection_id = strings.Add(ServiceConnectionId);
        native->identity_client_id = strings.Add(_identityClientId.OrRefused(nameof(IdentityClientId)));
        native->token_proxy = TokenProxy ? 1u : 0u;
        return native;
    }
}
