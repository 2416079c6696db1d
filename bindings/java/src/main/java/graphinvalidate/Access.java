// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a token may do, by its own claims, which are no proof, or by harmless reads. */
public final class Access {
    private final Status status;
    private final String message;
    private final String hint;
    private final String kind;
    private final String user;
    private final String id;
    private final String tenant;
    private final String application;
    private final String applicationId;
    private final String cloud;
    private final String endpoint;
    private final Instant expires;
    private final List<String> permissions;
    private final List<String> directoryRoles;
    private final List<AccessFinding> findings;
    private final String credential;

    Access(Reader reader) {
        reader.wide();
        status = reader.status();
        reader.word();
        message = reader.text();
        hint = reader.text();
        kind = reader.text();
        user = reader.text();
        id = reader.text();
        tenant = reader.text();
        application = reader.text();
        applicationId = reader.text();
        cloud = reader.text();
        endpoint = reader.text();
        expires = reader.time();
        permissions = reader.texts();
        directoryRoles = reader.texts();
        findings = reader.findings();
        credential = reader.text();
    }

    /**
     * How it ended.
     *
     * @return the value.
     */
    public Status status() {
        return status;
    }

    /**
     * What the status means, in one sentence. null where nothing is wrong.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String message() {
        return message;
    }

    /**
     * What to do about it.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String hint() {
        return hint;
    }

    /**
     * "delegated" (a user signed in) or "application"; null where the token cannot be read.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String kind() {
        return kind;
    }

    /**
     * The user principal name of the signed-in user.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String user() {
        return user;
    }

    /**
     * The object id of the signed-in user, or of the application's service principal.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String id() {
        return id;
    }

    /**
     * The tenant's id.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String tenant() {
        return tenant;
    }

    /**
     * The application's name.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String application() {
        return application;
    }

    /**
     * The application's id.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String applicationId() {
        return applicationId;
    }

    /**
     * The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String cloud() {
        return cloud;
    }

    /**
     * Where requests with this token go.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String endpoint() {
        return endpoint;
    }

    /**
     * The end of the token's lifetime.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable Instant expires() {
        return expires;
    }

    /**
     * The delegated scopes, or the application's roles.
     *
     * @return a list that cannot be changed; never null.
     */
    public List<String> permissions() {
        return permissions;
    }

    /**
     * The signed-in user's tenant-wide directory roles: by name where they may sign others out, otherwise by
     * template id.
     *
     * @return a list that cannot be changed; never null.
     */
    public List<String> directoryRoles() {
        return directoryRoles;
    }

    /**
     * What the token may do, job for job.
     *
     * @return a list that cannot be changed; never null.
     */
    public List<AccessFinding> findings() {
        return findings;
    }

    /**
     * The kind of the credential that brought the token, and where a workload's assertion came from:
     * "azure-cli", "workload-identity (github-actions)". null where the token was given.
     *
     * @return the value; null where nothing is known.
     */
    public @Nullable String credential() {
        return credential;
    }

    @Override
    public String toString() {
        return "Access{status=" + status
                + ", message=" + message
                + ", hint=" + hint
                + ", kind=" + kind
                + ", user=" + user
                + ", id=" + id
                + ", tenant=" + tenant
                + ", application=" + application
                + ", applicationId=" + applicationId
                + ", cloud=" + cloud
                + ", endpoint=" + endpoint
                + ", expires=" + expires
                + ", permissions=" + permissions
                + ", directoryRoles=" + directoryRoles
                + ", findings=" + findings
                + ", credential=" + credential
                + "}";
    }
}
