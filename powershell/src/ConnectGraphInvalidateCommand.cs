using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace GraphInvalidate.PowerShell;

/// <summary>Signs in, or takes an access token, for the calls of this runspace.</summary>
/// <remarks>
/// <para>
/// The parameters are those of Connect-MgGraph, and some more. Signing in happens here, so that what could fail does so
/// before it matters; where it fails, calls are refused until Connect-GraphInvalidate succeeds or
/// Disconnect-GraphInvalidate is run: they never act by an earlier connection. Tokens are kept in memory alone, and
/// renewed when it is time. An access token that is given is not looked at before the first call, and not renewed.
/// </para>
/// <para>
/// A person signs in with a device code, also without -UseDeviceCode: there is no browser window of our own. A session
/// in which nobody can be asked needs the switch. The page to open and the code to enter there are shown by the host,
/// whatever becomes of the output, and Ctrl+C ends the wait.
/// </para>
/// <para>
/// Secrets are taken as PSCredential and SecureString, and never shown. What is left out is read from the environment,
/// under the names of Azure's own tools: AZURE_TENANT_ID and so on, as they are in this session.
/// </para>
/// <para>
/// A connection belongs to its runspace. In another one, for example that of ForEach-Object -Parallel, -Connection
/// $using:connection uses what -PassThru gave, with its -ExpectTenant. Without a connection the variable
/// GRAPH_INVALIDATE_TOKEN of the environment gives the token.
/// </para>
/// </remarks>
/// <example>
/// <code>Connect-GraphInvalidate -UseDeviceCode</code>
/// <para>Signs a person in: shows a page and a code, and waits.</para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -TenantId contoso.example -ClientSecretCredential $clientSecretCredential</code>
/// <para>
/// Signs an application in: the credential's user name is its client id, the password its secret, as Get-Credential
/// asks for them.
/// </para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -TenantId contoso.example -ClientId $clientId -CertificateFile client.pfx -CertificatePassword $password</code>
/// <para>
/// Signs an application in with a certificate in a file, PEM or PFX. On Windows its thumbprint will do:
/// -CertificateThumbprint.
/// </para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -Identity -ExpectTenant c0ffee00-1111-4222-8333-444455556666</code>
/// <para>Signs the managed identity of this machine in, and refuses to act should that be in another tenant.</para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -AccessToken (ConvertTo-SecureString $token -AsPlainText -Force)</code>
/// <para>Connects with a token that another tool gave.</para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -AccessTokenProvider { (Get-AzAccessToken -ResourceTypeName MSGraph -AsSecureString).Token }</code>
/// <para>Asks another module for a token before each call, so that a long script outlives its first token.</para>
/// </example>
/// <example>
/// <code>$connection = Connect-GraphInvalidate -AccessToken $secureToken -PassThru</code>
/// <para>
/// Gives the connection, for runspaces that have none: in ForEach-Object -Parallel, -Connection $using:connection takes
/// it.
/// </para>
/// </example>
/// <example>
/// <code>Connect-GraphInvalidate -AccessToken $secureToken -Environment USGov -ClientTimeout 30</code>
/// <para>Connects to another national cloud, and gives each call half a minute.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "GraphInvalidate", DefaultParameterSetName = User, HelpUri = "https://learn.microsoft.com/graph/auth/auth-concepts")]
[OutputType(typeof(GraphInvalidateContext))]
public sealed class ConnectGraphInvalidateCommand : GraphInvalidateCommand
{
    private const string User = "UserParameterSet";
    private const string AppCertificate = "AppCertificateParameterSet";
    private const string AppCertificateFile = "AppCertificateFileParameterSet";
    private const string ManagedIdentity = "IdentityParameterSet";
    private const string AppSecret = "AppSecretCredentialParameterSet";
    private const string Token = "AccessTokenParameterSet";
    private const string Provider = "AccessTokenProviderParameterSet";
    private const string Variables = "EnvironmentVariableParameterSet";
    private const string Workload = "WorkloadIdentityParameterSet";
    private const string Federated = "FederatedIdentityParameterSet";
    private const string Cli = "AzureCliParameterSet";
    private const string WhateverIsThere = "ChainParameterSet";

    private bool _isConnected;

    /// <summary>
    /// The delegated permissions that a person is asked for; without it what invalidating and verifying take:
    /// User.RevokeSessions.All and User.Read.All.
    /// </summary>
    [Parameter(Position = 1, ParameterSetName = User)]
    [Parameter(ParameterSetName = WhateverIsThere)]
    [Texts]
    public string[]? Scopes { get; set; }

    /// <summary>Accepted for scripts that have it: a person signs in with a device code in any case.</summary>
    [Parameter(ParameterSetName = User)]
    [Alias("UseDeviceAuthentication", "DeviceCode", "DeviceAuth", "Device")]
    public SwitchParameter UseDeviceCode { get; set; }

    /// <summary>
    /// The application's id; with -Identity that of a user-assigned identity. A person signs in to "Microsoft Graph
    /// Command Line Tools" without it, as for Connect-MgGraph.
    /// </summary>
    [Parameter(ParameterSetName = User)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = AppCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = AppCertificateFile)]
    [Parameter(ParameterSetName = ManagedIdentity)]
    [Parameter(ParameterSetName = Federated)]
    [Parameter(ParameterSetName = Workload)]
    [Parameter(ParameterSetName = WhateverIsThere)]
    [Alias("AppId", "ApplicationId")]
    [Text]
    public string? ClientId { get; set; }

    /// <summary>The tenant, by its id or one of its domains. A person's own is found without it.</summary>
    [Parameter(Position = 4, ParameterSetName = User)]
    [Parameter(ParameterSetName = AppCertificate)]
    [Parameter(ParameterSetName = AppCertificateFile)]
    [Parameter(ParameterSetName = AppSecret)]
    [Parameter(ParameterSetName = Federated)]
    [Parameter(ParameterSetName = Workload)]
    [Parameter(ParameterSetName = Cli)]
    [Parameter(ParameterSetName = WhateverIsThere)]
    [Alias("Audience", "Tenant")]
    [Text]
    public string? TenantId { get; set; }

    /// <summary>
    /// The subject name of a certificate in the store, whole (CN=Contoso, O=…) or its common name alone. Of several the
    /// newest valid one is meant.
    /// </summary>
    [Parameter(Position = 2, ParameterSetName = AppCertificate)]
    [Alias("CertificateSubject", "CertificateName")]
    [Text]
    public string? CertificateSubjectName { get; set; }

    /// <summary>
    /// The thumbprint of a certificate in the store: that of the current user, then that of the machine.
    /// </summary>
    [Parameter(Position = 3, ParameterSetName = AppCertificate)]
    [Text]
    public string? CertificateThumbprint { get; set; }

    /// <summary>
    /// A certificate with its private key, as Get-Item Cert:\CurrentUser\My\… gives it. The key must be exportable.
    /// </summary>
    [Parameter(ParameterSetName = AppCertificate)]
    [Secret(typeof(X509Certificate2), @"Get-Item Cert:\CurrentUser\My\… gives one; -CertificateFile takes a file.")]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>A file with a certificate and its private key, PEM or PFX.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AppCertificateFile)]
    [Text]
    public string? CertificateFile { get; set; }

    /// <summary>What -CertificateFile is encrypted with.</summary>
    [Parameter(ParameterSetName = AppCertificateFile)]
    [Secret(typeof(SecureString), "Read-Host -AsSecureString asks for one, and ConvertTo-SecureString makes one of text.")]
    public object? CertificatePassword { get; set; }

    /// <summary>
    /// Sends the certificate along, for applications that trust an issuer and a subject name; of a file, its whole
    /// chain.
    /// </summary>
    [Parameter(ParameterSetName = AppCertificate)]
    [Parameter(ParameterSetName = AppCertificateFile)]
    public bool SendCertificateChain { get; set; }

    /// <summary>Signs the managed identity of this machine or service in.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ManagedIdentity)]
    [Alias("ManagedIdentity", "ManagedServiceIdentity", "MSI")]
    public SwitchParameter Identity { get; set; }

    /// <summary>The object id of a user-assigned identity, instead of its client id.</summary>
    [Parameter(ParameterSetName = Federated)]
    [Parameter(ParameterSetName = ManagedIdentity)]
    [Text]
    public string? ObjectId { get; set; }

    /// <summary>The resource id of a user-assigned identity, instead of its client id.</summary>
    [Parameter(ParameterSetName = Federated)]
    [Parameter(ParameterSetName = ManagedIdentity)]
    [Text]
    public string? ResourceId { get; set; }

    /// <summary>
    /// Signs an application in, also one in a customer's tenant, for which the managed identity of this machine or
    /// service vouches. Name the application with -ClientId and the tenant with -TenantId: they are not taken from the
    /// environment.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Federated)]
    public SwitchParameter FederatedIdentity { get; set; }

    /// <summary>The client id of the user-assigned identity that vouches; without it that of the machine.</summary>
    [Parameter(ParameterSetName = Federated)]
    [Text]
    public string? IdentityClientId { get; set; }

    /// <summary>An application with a secret: its client id as the user name, its secret as the password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AppSecret)]
    [Alias("SecretCredential", "Credential")]
    [Secret(typeof(PSCredential), "Get-Credential makes one: the client id is the user name, the secret the password.")]
    public object? ClientSecretCredential { get; set; }

    /// <summary>An access token for Microsoft Graph. It is not renewed.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = Token)]
    [Secret(typeof(SecureString), "ConvertTo-SecureString makes one of text: give it the token alone.")]
    public object? AccessToken { get; set; }

    /// <summary>
    /// A script block that is asked before each call, and once more when a token had expired. Its last output is the
    /// token, a SecureString or a String; keeping it from call to call is its own affair.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Provider)]
    [Secret(typeof(ScriptBlock), "Give a script block in braces, which gives the token when it is asked; -AccessToken takes a token.")]
    public object? AccessTokenProvider { get; set; }

    /// <summary>
    /// Signs the application in that the environment describes: AZURE_TENANT_ID, AZURE_CLIENT_ID, and
    /// AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Variables)]
    public SwitchParameter EnvironmentVariable { get; set; }

    /// <summary>
    /// Signs a pipeline or a pod in, for which another issuer vouches: with a token in a file, or one that GitHub
    /// Actions or Azure Pipelines give.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Workload)]
    public SwitchParameter WorkloadIdentity { get; set; }

    /// <summary>The file with that token; without it the one that AZURE_FEDERATED_TOKEN_FILE names.</summary>
    [Parameter(ParameterSetName = Workload)]
    [Text]
    public string? FederatedTokenFile { get; set; }

    /// <summary>
    /// Where that token comes from: file, github-actions or azure-pipelines. Without it from the first that is there,
    /// in this order.
    /// </summary>
    [Parameter(ParameterSetName = Workload)]
    [Text]
    [ArgumentCompleter(typeof(AssertionCompleter))]
    public string? AssertionFrom { get; set; }

    /// <summary>
    /// What the token of GitHub Actions or of a managed identity is for; without it api://AzureADTokenExchange.
    /// </summary>
    [Parameter(ParameterSetName = Workload)]
    [Parameter(ParameterSetName = Federated)]
    [Text]
    public string? AssertionAudience { get; set; }

    /// <summary>
    /// The service connection of Azure Pipelines; without it the one that AZURESUBSCRIPTION_SERVICE_CONNECTION_ID
    /// names.
    /// </summary>
    [Parameter(ParameterSetName = Workload)]
    [Text]
    public string? ServiceConnectionId { get; set; }

    /// <summary>
    /// Signs in by the token proxy of the Kubernetes cluster, which AZURE_KUBERNETES_TOKEN_PROXY names.
    /// </summary>
    [Parameter(ParameterSetName = Workload)]
    public SwitchParameter TokenProxy { get; set; }

    /// <summary>Acts as whoever is signed in to the Azure CLI.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Cli)]
    public SwitchParameter AzureCli { get; set; }

    /// <summary>
    /// Signs in with the first that is there: -EnvironmentVariable, -WorkloadIdentity, -Identity, -AzureCli, and at
    /// last a device code; of those that AZURE_TOKEN_CREDENTIALS leaves.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = WhateverIsThere)]
    public SwitchParameter Chain { get; set; }

    /// <summary>
    /// Accepted for scripts that have it: a sign-in is kept in memory and ends with the session, which is Process.
    /// </summary>
    [Parameter(ParameterSetName = User)]
    [Parameter(ParameterSetName = AppCertificate)]
    [Parameter(ParameterSetName = AppCertificateFile)]
    [Parameter(ParameterSetName = ManagedIdentity)]
    [Parameter(ParameterSetName = AppSecret)]
    [Parameter(ParameterSetName = Variables)]
    public ContextScope ContextScope { get; set; }

    /// <summary>
    /// Another sign-in service than the cloud's, https://host[:port]. Secrets are sent there: name only what you trust.
    /// </summary>
    [Parameter(ParameterSetName = User)]
    [Parameter(ParameterSetName = AppCertificate)]
    [Parameter(ParameterSetName = AppCertificateFile)]
    [Parameter(ParameterSetName = AppSecret)]
    [Parameter(ParameterSetName = Variables)]
    [Parameter(ParameterSetName = Federated)]
    [Parameter(ParameterSetName = Workload)]
    [Parameter(ParameterSetName = WhateverIsThere)]
    [Text]
    public string? Authority { get; set; }

    /// <summary>
    /// The id of the only tenant in which calls may act: a token of another one is refused before anything is sent.
    /// Without it the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
    /// </summary>
    [Parameter]
    [Text]
    public string? ExpectTenant { get; set; }

    /// <summary>
    /// The national cloud: Global, USGov, USGovDoD or China. Without it a token's own claims choose, and a sign-in is
    /// to the global cloud.
    /// </summary>
    [Parameter]
    [Alias("EnvironmentName", "NationalCloud", "Cloud")]
    [Text]
    [ArgumentCompleter(typeof(CloudCompleter))]
    public string? Environment { get; set; }

    /// <summary>
    /// The root of the service, https://host[:port], instead of a cloud's; plain http to loopback only. The token is
    /// sent there: name only what you trust.
    /// </summary>
    [Parameter]
    [Text]
    public string? Endpoint { get; set; }

    /// <summary>
    /// Which action is called: beta (invalidateAllRefreshTokens, the default) or v1.0 (revokeSignInSessions).
    /// </summary>
    [Parameter]
    [Text]
    [ArgumentCompleter(typeof(ApiCompleter))]
    public string? Api { get; set; }

    /// <summary>
    /// How many seconds one call may take, all its attempts and waits; 100 without it. A person has as long as the code
    /// is valid.
    /// </summary>
    [Parameter]
    [Alias("Timeout")]
    [ValidateRange(0.0, 4_000_000.0)]
    public double ClientTimeout { get; set; }

    /// <summary>A PEM file of certificate authorities, trusted besides the system's.</summary>
    [Parameter]
    [Text]
    public string? CaFile { get; set; }

    /// <summary>
    /// The HTTP proxy for signing in and for every call, http://host:port. Without it HTTPS_PROXY and NO_PROXY of the
    /// environment apply.
    /// </summary>
    [Parameter]
    [Address]
    public Uri? Proxy { get; set; }

    /// <summary>Name and password for -Proxy.</summary>
    [Parameter]
    [Secret(typeof(PSCredential), "Get-Credential makes one.")]
    public object? ProxyCredential { get; set; }

    /// <summary>
    /// Accepted with a warning: the proxy is used, but one that asks for the credentials of the Windows session is not
    /// answered.
    /// </summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>
    /// Further headers for every request to the service. A value may be a list, which is sent with commas; those of one
    /// call, with its own -Headers, go before them.
    /// </summary>
    [Parameter]
    [Secret(typeof(IDictionary), "Give a hashtable such as @{ 'x-name' = 'value' }.")]
    public IDictionary? Headers { get; set; }

    /// <summary>Accepted for scripts that have it: there is no welcome to leave out.</summary>
    [Parameter]
    public SwitchParameter NoWelcome { get; set; }

    /// <summary>
    /// Gives the connection, for -Connection of the other cmdlets: in ForEach-Object -Parallel, or where there are
    /// several.
    /// </summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Waits for a .NET debugger to attach, and breaks into it.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter Break { get; set; }

    /// <summary>Connects.</summary>
    protected override void EndProcessing()
    {
        CheckProxy(Proxy, (PSCredential?)ProxyCredential, ProxyUseDefaultCredentials);
        CheckSignIn();
        if (Break)
        {
            AwaitDebugger();
        }

        if (Attempt(target: null, Connect, goOn: false) is { } connection)
        {
            connection.IsHandedOut = PassThru;
            Connection.Replace(connection);
            _isConnected = true;
            if (PassThru && Attempt(target: null, () => new GraphInvalidateContext(connection), goOn: false) is { } context)
            {
                WriteObject(context);
            }
        }
    }

    /// <summary>
    /// However this ended, by a parameter that the engine refused or by Ctrl+C: who wanted another connection must not
    /// act by the old one.
    /// </summary>
    private protected override void Release()
    {
        if (!_isConnected)
        {
            Connection.Fail();
        }
    }

    private Connection Connect()
    {
        GraphInvalidateClientOptions options = new()
        {
            Cloud = Environment,
            Api = Api,
            Headers = RequestHeaders.Of(Headers).ToDictionary(header => header.Key, header => header.Value),
            Timeout = ClientTimeout > 0 ? TimeSpan.FromSeconds(ClientTimeout) : null,
        };
        SetIfGiven(Endpoint, endpoint => options.Endpoint = endpoint);
        SetIfGiven(CaFile, file => options.CaFile = PathOf(file));
        if ((ExpectTenant ?? Connection.ExpectedTenant) is { } tenant && !string.IsNullOrWhiteSpace(tenant))
        {
            options.ExpectTenant = tenant;
        }

        ProxyAddress? proxy = ProxyAddress.Of(Proxy, (PSCredential?)ProxyCredential);
        switch (ParameterSetName)
        {
            case Token:
                return new Connection(options, proxy, ((SecureString)AccessToken!).Copy());
            case Provider:
                return new Connection(options, proxy, (ScriptBlock)AccessTokenProvider!);
            default:
                Connection connection = new(options, proxy, Method());
                try
                {
                    WriteVerbose(connection.SignIn(Show, NeedPerson, Cancellation) ?? string.Empty);
                    return connection;
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
        }
    }

    private SignInMethod OfSecret(PSCredential secret) =>
        new(TokenCredentialType.ClientSecret, Credential("client-secret") with { ClientId = secret.UserName }, secret.Password);

    private SignInMethod Method() => ParameterSetName switch
    {
        AppSecret => OfSecret((PSCredential)ClientSecretCredential!),
        AppCertificate => new(TokenCredentialType.ClientCertificate, Credential("client-certificate"), certificate: StoredCertificate()),
        AppCertificateFile => new(TokenCredentialType.ClientCertificate, Credential("client-certificate") with { CertificateFile = PathOf(CertificateFile!) }, certificatePassword: (SecureString?)CertificatePassword),
        ManagedIdentity => new(TokenCredentialType.ManagedIdentity, Credential("managed-identity")),
        Workload => new(TokenCredentialType.WorkloadIdentity, Credential("workload-identity")),
        Federated => new(TokenCredentialType.ManagedIdentityFederated, Credential("managed-identity-federated")),
        Cli => new(TokenCredentialType.AzureCli, Credential("azure-cli")),
        Variables => new(TokenCredentialType.EnvironmentVariable, Credential("environment")),
        WhateverIsThere => new(TokenCredentialType.Chain, Credential("chain")),
        _ => new(TokenCredentialType.DeviceCode, Credential("device-code")),
    };

    /// <summary>What was given, without secrets; the parameter sets let through what the kind can use.</summary>
    private GraphInvalidateCredential Credential(string kind)
    {
        GraphInvalidateCredential credential = new(kind)
        {
            SendCertificateChain = SendCertificateChain,
            AssertionFrom = AssertionFrom,
            Audience = AssertionAudience,
            ServiceConnectionId = ServiceConnectionId,
            TokenProxy = TokenProxy,
            Scopes = Scopes is null ? null : string.Join(" ", Scopes),
        };
        SetIfGiven(TenantId, tenant => credential.Tenant = tenant);
        SetIfGiven(ClientId, id => credential.ClientId = id);
        SetIfGiven(FederatedTokenFile, file => credential.FederatedTokenFile = PathOf(file));
        SetIfGiven(IdentityClientId, id => credential.IdentityClientId = id);
        SetIfGiven(ObjectId, id => credential.ObjectId = id);
        SetIfGiven(ResourceId, id => credential.ResourceId = id);
        SetIfGiven(Authority, authority => credential.Authority = authority);
        return credential;
    }

    /// <summary>To the options nothing is not the same as left out: they refuse it.</summary>
    private static void SetIfGiven(string? value, Action<string> set)
    {
        if (value is not null)
        {
            set(value);
        }
    }

    private Func<string, byte[]> StoredCertificate() => this switch
    {
        { CertificateThumbprint: { } thumbprint } => password => CertificateStore.ExportByThumbprint(thumbprint, password),
        { CertificateSubjectName: { } subject } => password => CertificateStore.ExportBySubjectName(subject, password),
        _ => password => CertificateStore.Export(Certificate!, password),
    };

    private void CheckSignIn()
    {
        if (ParameterSetName == AppCertificate && new object?[] { CertificateThumbprint, CertificateSubjectName, Certificate }.Count(given => given is not null) != 1)
        {
            Refuse("Which certificate is meant: give one of -CertificateThumbprint, -CertificateSubjectName, -Certificate and -CertificateFile.", "CertificateUnclear");
        }

        // As the first argument without a name it would go to the sign-in service, and be seen there.
        if (Scopes?.Any(scope => scope.Contains("eyJ")) ?? false)
        {
            Refuse("This is an access token, not the name of a permission: give it as a SecureString, with -AccessToken.", "TokenAsScope");
        }

        // Before anything is sent: a splat with a misspelt name leaves no parameter at all.
        if (ParameterSetName == User)
        {
            NeedPerson();
        }

        if (ContextScope == ContextScope.CurrentUser)
        {
            WriteWarning("The sign-in is kept in memory alone: another session signs in for itself.");
        }
    }

    /// <summary>
    /// Refuses to wait for a person where none can be there, unless a device code was asked for by its name.
    /// </summary>
    private void NeedPerson()
    {
        if (!UseDeviceCode && !Person.CanBeThere(Host))
        {
            Refuse(
                "Nobody can be asked to sign in in this session, and nothing that needs nobody was given: give -ClientSecretCredential, -CertificateThumbprint, -CertificateFile, -Identity, "
                + "-WorkloadIdentity, -EnvironmentVariable or -AccessToken. Where somebody reads what is shown here, -UseDeviceCode shows a code and waits.",
                "NobodyToSignIn");
        }
    }

    /// <summary>Shows a person what to do, as Write-Host would: in the host, whatever becomes of the output.</summary>
    private void Show(string text) => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
}
