// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says how a client signs in by itself: its kind, and what that kind takes. An option that it cannot use is
 * refused. Never changes, keeps a copy of its secrets as long as it lives, and may be used by any number of
 * clients.
 */
public final class Credential {
    private final Builder given;

    private Credential(Builder given) {
        this.given = given;
    }

    /**
     * Begins to say how it is set up.
     *
     * @param kind where the tokens come from, such as "managed-identity" or "client-secret".
     * @return a new builder.
     */
    public static Builder builder(String kind) {
        return new Builder().kind(kind);
    }

    long write(Memory memory) {
        return given.write(memory);
    }

    @Override
    public String toString() {
        return given.toString();
    }

    /** Collects what is said of a {@link Credential}. For one thread at a time. */
    public static final class Builder {
        private String kind;
        private String tenant;
        private String clientId;
        private char[] clientSecret;
        private String certificateFile;
        private byte[] certificate;
        private char[] certificatePassword;
        private String federatedTokenFile;
        private String objectId;
        private String resourceId;
        private String scopes;
        private String authority;
        private Map<String, String> environment;
        private boolean sendCertificateChain;
        private String assertionFrom;
        private String audience;
        private String serviceConnectionId;
        private String identityClientId;
        private boolean tokenProxy;

        private Builder() {
        }

        /**
         * Where the tokens come from; must not be null. "client-secret", "client-certificate": an
         * application. "workload-identity": a token of another issuer, in a file, or given by GitHub Actions
         * or Azure Pipelines. "managed-identity": that of this machine or service.
         * "managed-identity-federated": an application in the tenant that is named, for which that identity
         * vouches. "azure-cli": the identity that is signed in there. "device-code": a person; see
         * GraphInvalidateClient.signIn. "environment": the application that AZURE_TENANT_ID, AZURE_CLIENT_ID,
         * AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that is there of
         * environment, workload-identity, managed-identity, azure-cli, device-code, and that
         * AZURE_TOKEN_CREDENTIALS does not leave out.
         *
         * @param kind the value.
         * @return this builder.
         */
        private Builder kind(String kind) {
            this.kind = kind;
            return this;
        }

        /**
         * The tenant, by id or by a domain of it. Left out: the variable AZURE_TENANT_ID; for a device code,
         * the tenant of the person who signs in; for the Azure CLI, the one it is signed in to.
         *
         * @param tenant the value.
         * @return this builder.
         */
        public Builder tenant(@Nullable String tenant) {
            this.tenant = tenant;
            return this;
        }

        /**
         * The application's (client's) id, or that of a user-assigned managed identity. Left out: the
         * variable AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code,
         * "Microsoft Graph Command Line Tools", which Connect-MgGraph signs in with as well.
         *
         * @param clientId the value.
         * @return this builder.
         */
        public Builder clientId(@Nullable String clientId) {
            this.clientId = clientId;
            return this;
        }

        /**
         * The client secret. Left out: the variable AZURE_CLIENT_SECRET.
         *
         * @param clientSecret what is copied; yours to wipe.
         * @return this builder.
         */
        public Builder clientSecret(char @Nullable [] clientSecret) {
            this.clientSecret = clientSecret == null ? null : clientSecret.clone();
            return this;
        }

        /**
         * The client secret. Left out: the variable AZURE_CLIENT_SECRET.
         *
         * @param clientSecret the value.
         * @return this builder.
         */
        public Builder clientSecret(@Nullable String clientSecret) {
            return clientSecret(clientSecret == null ? null : clientSecret.toCharArray());
        }

        /**
         * The file with the client certificate and its private key, PEM or PFX. Left out:
         * AZURE_CLIENT_CERTIFICATE_PATH.
         *
         * @param certificateFile the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
         */
        public Builder certificateFile(Path certificateFile) {
            return certificateFile(Memory.given("certificateFile", certificateFile).toString());
        }

        /**
         * The file with the client certificate and its private key, PEM or PFX. Left out:
         * AZURE_CLIENT_CERTIFICATE_PATH.
         *
         * @param certificateFile the value.
         * @return this builder.
         * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
         */
        public Builder certificateFile(String certificateFile) {
            this.certificateFile = Memory.given("certificateFile", certificateFile);
            return this;
        }

        /**
         * The bytes of such a file, instead of the file. Left out: none.
         *
         * @param certificate the value.
         * @return this builder.
         */
        public Builder certificate(byte @Nullable [] certificate) {
            this.certificate = certificate == null ? null : certificate.clone();
            return this;
        }

        /**
         * The password of the certificate's file. Left out: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
         *
         * @param certificatePassword what is copied; yours to wipe.
         * @return this builder.
         */
        public Builder certificatePassword(char @Nullable [] certificatePassword) {
            this.certificatePassword = certificatePassword == null ? null : certificatePassword.clone();
            return this;
        }

        /**
         * The password of the certificate's file. Left out: AZURE_CLIENT_CERTIFICATE_PASSWORD, if set.
         *
         * @param certificatePassword the value.
         * @return this builder.
         */
        public Builder certificatePassword(@Nullable String certificatePassword) {
            return certificatePassword(certificatePassword == null ? null : certificatePassword.toCharArray());
        }

        /**
         * The file with the federated token of a workload. Left out: the variable AZURE_FEDERATED_TOKEN_FILE.
         *
         * @param federatedTokenFile the value.
         * @return this builder.
         */
        public Builder federatedTokenFile(@Nullable Path federatedTokenFile) {
            return federatedTokenFile(federatedTokenFile == null ? null : federatedTokenFile.toString());
        }

        /**
         * The file with the federated token of a workload. Left out: the variable AZURE_FEDERATED_TOKEN_FILE.
         *
         * @param federatedTokenFile the value.
         * @return this builder.
         */
        public Builder federatedTokenFile(@Nullable String federatedTokenFile) {
            this.federatedTokenFile = federatedTokenFile;
            return this;
        }

        /**
         * The object id of a user-assigned managed identity.
         *
         * @param objectId the value.
         * @return this builder.
         */
        public Builder objectId(@Nullable String objectId) {
            this.objectId = objectId;
            return this;
        }

        /**
         * The resource id of a user-assigned managed identity.
         *
         * @param resourceId the value.
         * @return this builder.
         */
        public Builder resourceId(@Nullable String resourceId) {
            this.resourceId = resourceId;
            return this;
        }

        /**
         * The delegated permissions that a person is asked for, separated by spaces. Left out: what
         * invalidating and verifying take, "User.RevokeSessions.All User.Read.All".
         *
         * @param scopes the value.
         * @return this builder.
         */
        public Builder scopes(@Nullable String scopes) {
            this.scopes = scopes;
            return this;
        }

        /**
         * The sign-in service, "https://host[:port]". AZURE_AUTHORITY_HOST applies where it names a cloud's
         * sign-in service or loopback. Secrets are sent there: name only what you trust. Left out: that of
         * the client's cloud; that of a loopback endpoint is the endpoint itself.
         *
         * @param authority the value.
         * @return this builder.
         */
        public Builder authority(@Nullable String authority) {
            this.authority = authority;
            return this;
        }

        /**
         * Environment variables to use instead of the client's. Left out: the client's.
         *
         * @param environment the value.
         * @return this builder.
         */
        public Builder environment(@Nullable Map<String, String> environment) {
            this.environment = environment == null ? null : new LinkedHashMap<>(environment);
            return this;
        }

        /**
         * Sends the whole certificate chain, for applications that trust an issuer and subject name. Without
         * it: sends the certificate alone.
         *
         * @param sendCertificateChain true: it is so.
         * @return this builder.
         */
        public Builder sendCertificateChain(boolean sendCertificateChain) {
            this.sendCertificateChain = sendCertificateChain;
            return this;
        }

        /**
         * Where a workload's assertion comes from: "file", "github-actions" or "azure-pipelines". Left out:
         * from what is named by another option, otherwise from the first that is there, in this order.
         *
         * @param assertionFrom the value.
         * @return this builder.
         */
        public Builder assertionFrom(@Nullable String assertionFrom) {
            this.assertionFrom = assertionFrom;
            return this;
        }

        /**
         * What the assertion that GitHub Actions or a managed identity gives is to be for. Left out:
         * "api://AzureADTokenExchange".
         *
         * @param audience the value.
         * @return this builder.
         */
        public Builder audience(@Nullable String audience) {
            this.audience = audience;
            return this;
        }

        /**
         * The service connection of Azure Pipelines. Left out: the variable
         * AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
         *
         * @param serviceConnectionId the value.
         * @return this builder.
         */
        public Builder serviceConnectionId(@Nullable String serviceConnectionId) {
            this.serviceConnectionId = serviceConnectionId;
            return this;
        }

        /**
         * The client id of the user-assigned managed identity that vouches for an application.
         *
         * @param identityClientId the value.
         * @return this builder.
         */
        public Builder identityClientId(@Nullable String identityClientId) {
            this.identityClientId = identityClientId;
            return this;
        }

        /**
         * A workload in a Kubernetes cluster signs in through the token proxy that
         * AZURE_KUBERNETES_TOKEN_PROXY names. Without it: never, whatever variables are set.
         *
         * @param tokenProxy true: it is so.
         * @return this builder.
         */
        public Builder tokenProxy(boolean tokenProxy) {
            this.tokenProxy = tokenProxy;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return what was said so far.
         */
        public Credential build() {
            Builder copy = new Builder();
            copy.kind = kind;
            copy.tenant = tenant;
            copy.clientId = clientId;
            copy.clientSecret = clientSecret == null ? null : clientSecret.clone();
            copy.certificateFile = certificateFile;
            copy.certificate = certificate == null ? null : certificate.clone();
            copy.certificatePassword = certificatePassword == null ? null : certificatePassword.clone();
            copy.federatedTokenFile = federatedTokenFile;
            copy.objectId = objectId;
            copy.resourceId = resourceId;
            copy.scopes = scopes;
            copy.authority = authority;
            copy.environment = environment;
            copy.sendCertificateChain = sendCertificateChain;
            copy.assertionFrom = assertionFrom;
            copy.audience = audience;
            copy.serviceConnectionId = serviceConnectionId;
            copy.identityClientId = identityClientId;
            copy.tokenProxy = tokenProxy;
            return new Credential(copy);
        }

        private long write(Memory memory) {
            Memory.Record record = memory.record(Abi.CREDENTIAL_OPTIONS_SIZE);
            record.wide(memory.text(kind));
            record.wide(memory.text(tenant));
            record.wide(memory.text(clientId));
            record.wide(memory.text(clientSecret));
            record.wide(memory.text(certificateFile));
            record.bytes(certificate);
            record.wide(memory.text(certificatePassword));
            record.wide(memory.text(federatedTokenFile));
            record.wide(memory.text(objectId));
            record.wide(memory.text(resourceId));
            record.wide(memory.text(scopes));
            record.wide(memory.text(authority));
            record.pairs(environment);
            record.word(sendCertificateChain ? 1 : 0);
            record.word(0);
            record.wide(memory.text(assertionFrom));
            record.wide(memory.text(audience));
            record.wide(memory.text(serviceConnectionId));
            record.wide(memory.text(identityClientId));
            record.word(tokenProxy ? 1 : 0);
            record.word(0);
            return record.address();
        }

        /** Shows the options that hold no secret. */
        @Override
        public String toString() {
            return "Credential{kind=" + kind
                    + ", tenant=" + tenant
                    + ", clientId=" + clientId
                    + ", certificateFile=" + certificateFile
                    + ", federatedTokenFile=" + federatedTokenFile
                    + ", objectId=" + objectId
                    + ", resourceId=" + resourceId
                    + ", scopes=" + scopes
                    + ", authority=" + authority
                    + ", sendCertificateChain=" + sendCertificateChain
                    + ", assertionFrom=" + assertionFrom
                    + ", audience=" + audience
                    + ", serviceConnectionId=" + serviceConnectionId
                    + ", identityClientId=" + identityClientId
                    + ", tokenProxy=" + tokenProxy
                    + "}";
        }
    }
}
