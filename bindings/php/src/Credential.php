<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Native\Guarded;

/**
 * How a Client signs in by itself: its kind, and what that kind takes. What is left out is read from the environment,
 * under the names that Azure's own tools use. An option that the kind cannot use is refused, and so is null under a
 * name that was given: a value that somebody has lost. Secrets are hidden, whatever prints it; it can be neither cloned
 * nor serialized, and may be used by any number of clients.
 */
final class Credential
{
    use Guarded;

    /** @var array<string, mixed> */
    private readonly array $given;

    private readonly \SensitiveParameterValue $secrets;

    /**
     * @param string $kind Where the tokens come from; must not be null. "client-secret",
     * "client-certificate": an application. "workload-identity": a token of another issuer, in a file, or
     * given by GitHub Actions or Azure Pipelines. "managed-identity": that of this machine or service.
     * "managed-identity-federated": an application in the tenant that is named, for which that identity
     * vouches. "azure-cli": the identity that is signed in there. "device-code": a person; see
     * Client::signIn(). "environment": the application that AZURE_TENANT_ID, AZURE_CLIENT_ID,
     * AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that is there of
     * environment, workload-identity, managed-identity, azure-cli, device-code, and that
     * AZURE_TOKEN_CREDENTIALS does not leave out.
     * @param string|NotGiven $tenant The tenant, by id or by a domain of it. Left out: the variable
     * AZURE_TENANT_ID; for a device code, the tenant of the person who signs in; for the Azure CLI, the one
     * it is signed in to.
     * @param string|NotGiven $clientId The application's (client's) id, or that of a user-assigned managed
     * identity. Left out: the variable AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for
     * a device code, "Microsoft Graph Command Line Tools", which Connect-MgGraph signs in with as well.
     * @param string|NotGiven $clientSecret The client secret. Left out: the variable AZURE_CLIENT_SECRET.
     * @param string|NotGiven $certificateFile The file with the client certificate and its private key, PEM
     * or PFX. Left out: AZURE_CLIENT_CERTIFICATE_PATH.
     * @param string|NotGiven $certificate The bytes of such a file, instead of the file. Left out: none.
     * @param string|NotGiven $certificatePassword The password of the certificate's file. Left out:
     * AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
     * @param string|NotGiven $federatedTokenFile The file with the federated token of a workload. Left out:
     * the variable AZURE_FEDERATED_TOKEN_FILE.
     * @param string|NotGiven $objectId The object id of a user-assigned managed identity.
     * @param string|NotGiven $resourceId The resource id of a user-assigned managed identity.
     * @param string|NotGiven $scopes The delegated permissions that a person is asked for, separated by
     * spaces. Left out: what invalidating and verifying take, "User.RevokeSessions.All User.Read.All".
     * @param string|NotGiven $authority The sign-in service, "https://host[:port]". AZURE_AUTHORITY_HOST
     * applies where it names a cloud's sign-in service or loopback. Secrets are sent there: name only what
     * you trust. Left out: that of the client's cloud; that of a loopback endpoint is the endpoint itself.
     * @param array<string, string>|NotGiven $environment Environment variables to use instead of the
     * client's. Left out: the client's.
     * @param bool $sendCertificateChain Sends the whole certificate chain, for applications that trust an
     * issuer and subject name. Without it: sends the certificate alone.
     * @param string|NotGiven $assertionFrom Where a workload's assertion comes from: "file", "github-actions"
     * or "azure-pipelines". Left out: from what is named by another option, otherwise from the first that is
     * there, in this order.
     * @param string|NotGiven $audience What the assertion that GitHub Actions or a managed identity gives is
     * to be for. Left out: "api://AzureADTokenExchange".
     * @param string|NotGiven $serviceConnectionId The service connection of Azure Pipelines. Left out: the
     * variable AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
     * @param string|NotGiven $identityClientId The client id of the user-assigned managed identity that
     * vouches for an application.
     * @param bool $tokenProxy A workload in a Kubernetes cluster signs in through the token proxy that
     * AZURE_KUBERNETES_TOKEN_PROXY names. Without it: never, whatever variables are set.
     */
    public function __construct(
        string $kind,
        string|NotGiven $tenant = NotGiven::Value,
        string|NotGiven $clientId = NotGiven::Value,
        #[\SensitiveParameter] string|NotGiven $clientSecret = NotGiven::Value,
        string|NotGiven $certificateFile = NotGiven::Value,
        #[\SensitiveParameter] string|NotGiven $certificate = NotGiven::Value,
        #[\SensitiveParameter] string|NotGiven $certificatePassword = NotGiven::Value,
        string|NotGiven $federatedTokenFile = NotGiven::Value,
        string|NotGiven $objectId = NotGiven::Value,
        string|NotGiven $resourceId = NotGiven::Value,
        string|NotGiven $scopes = NotGiven::Value,
        string|NotGiven $authority = NotGiven::Value,
        #[\SensitiveParameter] array|NotGiven $environment = NotGiven::Value,
        bool $sendCertificateChain = false,
        string|NotGiven $assertionFrom = NotGiven::Value,
        string|NotGiven $audience = NotGiven::Value,
        string|NotGiven $serviceConnectionId = NotGiven::Value,
        string|NotGiven $identityClientId = NotGiven::Value,
        bool $tokenProxy = false,
    ) {
        $this->given = array_filter([
            'kind' => $kind,
            'tenant' => $tenant,
            'client_id' => $clientId,
            'certificate_file' => $certificateFile,
            'federated_token_file' => $federatedTokenFile,
            'object_id' => $objectId,
            'resource_id' => $resourceId,
            'scopes' => $scopes,
            'authority' => $authority,
            'send_certificate_chain' => $sendCertificateChain,
            'assertion_from' => $assertionFrom,
            'audience' => $audience,
            'service_connection_id' => $serviceConnectionId,
            'identity_client_id' => $identityClientId,
            'token_proxy' => $tokenProxy,
        ], static fn (mixed $value): bool => $value !== NotGiven::Value && $value !== false);
        $this->secrets = new \SensitiveParameterValue(array_filter([
            'client_secret' => $clientSecret,
            'certificate' => $certificate,
            'certificate_password' => $certificatePassword,
            'environment' => $environment,
        ], static fn (mixed $value): bool => $value !== NotGiven::Value));
    }

    /**
     * All that was given, by the names in C.
     *
     * @internal
     * @return array<string, mixed>
     */
    public function options(): array
    {
        return [...$this->given, ...$this->secrets->getValue()];
    }
}
