// Made by cargo xtask abi from the library's source. Do not edit.

package graphinvalidate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how a {@link GraphInvalidateClient} is set up: what is not said has sensible defaults, and null says
 * nothing but where it would take a protection away. Builds one client; its secrets are wiped then. For one
 * thread at a time.
 */
public final class GraphInvalidateClientBuilder {
    private char[] token;
    private String cloud;
    private String endpoint;
    private String api;
    private Duration timeout;
    private char[] proxy;
    private String caFile;
    private Map<String, String> headers;
    private Credential credential;
    private String expectTenant;
    private Map<String, String> environment;
    Supplier<String> tokenProvider;
    private boolean built;

    GraphInvalidateClientBuilder() {
    }

    /**
     * The access token, without or with "Bearer " in front; may come later, with
     * GraphInvalidateClient.setToken.
     *
     * @param token what is copied; yours to wipe.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder token(char @Nullable [] token) {
        this.token = token == null ? null : token.clone();
        return this;
    }

    /**
     * The access token, without or with "Bearer " in front; may come later, with
     * GraphInvalidateClient.setToken.
     *
     * @param token the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder token(@Nullable String token) {
        return token(token == null ? null : token.toCharArray());
    }

    /**
     * The national cloud: "global", "usgov", "usgov-dod" or "china". Left out: the token's own claims choose
     * it.
     *
     * @param cloud the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder cloud(@Nullable String cloud) {
        this.cloud = cloud;
        return this;
    }

    /**
     * The root of the service, "https://host[:port]", plain http to loopback only. The token is sent there:
     * name only what you trust. With a cloud it says where requests go, and the cloud whose tokens a
     * credential asks for. With neither endpoint nor cloud the environment's GRAPH_INVALIDATE_ENDPOINT
     * applies, where it names a Graph host or loopback; anything else there is an error.
     *
     * @param endpoint the value.
     * @return this builder.
     * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
     */
    public GraphInvalidateClientBuilder endpoint(String endpoint) {
        this.endpoint = Memory.given("endpoint", endpoint);
        return this;
    }

    /**
     * "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
     *
     * @param api the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder api(@Nullable String api) {
        this.api = api;
        return this;
    }

    /**
     * Maximum time for one call, with all attempts and waits. Left out: 100 seconds.
     *
     * @param timeout the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder timeout(@Nullable Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    /**
     * An HTTP proxy, "http://[user:password{@literal @}]host:port". A proxy variable that cannot be used is
     * Status.INVALID_PROXY. Loopback never goes through a proxy. Left out: HTTPS_PROXY or ALL_PROXY of the
     * environment; NO_PROXY always applies.
     *
     * @param proxy what is copied; yours to wipe.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder proxy(char @Nullable [] proxy) {
        this.proxy = proxy == null ? null : proxy.clone();
        return this;
    }

    /**
     * An HTTP proxy, "http://[user:password{@literal @}]host:port". A proxy variable that cannot be used is
     * Status.INVALID_PROXY. Loopback never goes through a proxy. Left out: HTTPS_PROXY or ALL_PROXY of the
     * environment; NO_PROXY always applies.
     *
     * @param proxy the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder proxy(@Nullable String proxy) {
        return proxy(proxy == null ? null : proxy.toCharArray());
    }

    /**
     * A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own
     * certificate.
     *
     * @param caFile the value.
     * @return this builder.
     * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
     */
    public GraphInvalidateClientBuilder caFile(Path caFile) {
        return caFile(Memory.given("caFile", caFile).toString());
    }

    /**
     * A PEM file of certificate authorities, trusted in addition to the system's, or of the server's own
     * certificate.
     *
     * @param caFile the value.
     * @return this builder.
     * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
     */
    public GraphInvalidateClientBuilder caFile(String caFile) {
        this.caFile = Memory.given("caFile", caFile);
        return this;
    }

    /**
     * Additional headers for every request. Left out: none.
     *
     * @param headers the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder headers(@Nullable Map<String, String> headers) {
        this.headers = headers == null ? null : new LinkedHashMap<>(headers);
        return this;
    }

    /**
     * Where the tokens come from instead of token; one of the two may be given. Copied. Left out: none.
     *
     * @param credential the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder credential(@Nullable Credential credential) {
        this.credential = credential;
        return this;
    }

    /**
     * The id of the only tenant in which the client may act: with a token of another tenant, or one that
     * names no tenant, nothing is sent. Left out: the variable GRAPH_INVALIDATE_EXPECT_TENANT, if set.
     *
     * @param expectTenant the value.
     * @return this builder.
     * @throws GraphInvalidateException where it is null: a value that was lost, not left out.
     */
    public GraphInvalidateClientBuilder expectTenant(String expectTenant) {
        this.expectTenant = Memory.given("expectTenant", expectTenant);
        return this;
    }

    /**
     * Environment variables to use instead of the process environment, for runtimes that keep a private copy,
     * as .NET does on Unix. Also used by a credential without its own. Copied; read when the client is made,
     * and never later. Left out: the process's own, which counts as empty in a program with more rights than
     * its caller (set-user-id, set-group-id, file capabilities).
     *
     * @param environment the value.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder environment(@Nullable Map<String, String> environment) {
        this.environment = environment == null ? null : new LinkedHashMap<>(environment);
        return this;
    }

    /**
     * Asked for an access token for each call, and once more where somebody waits for a call whose token had expired;
     * caching is its own affair. It is asked on the thread that calls, also by the asynchronous forms, and by a run
     * on the thread that begins it, then on the one that reads it: so thread-locals tell who calls. What it gives
     * goes with that call alone, so that one client serves many identities. The thread is interrupted when the
     * client's timeout is over. A provider that is deaf to that holds its call up, and nothing is sent afterwards. It
     * takes the place of a token and of a credential.
     *
     * @param tokenProvider gives an access token without or with "Bearer " in front.
     * @return this builder.
     */
    public GraphInvalidateClientBuilder tokenProvider(@Nullable Supplier<String> tokenProvider) {
        this.tokenProvider = tokenProvider;
        return this;
    }

    /**
     * Makes the client. Nothing is sent yet.
     *
     * @return the client, to be closed.
     * @throws GraphInvalidateException where an option cannot be used.
     * @throws NativeLibraryException where the native library cannot be loaded.
     * @throws IllegalStateException for a second client: the secrets of the first are wiped.
     */
    public GraphInvalidateClient build() {
        if (built) {
            throw new IllegalStateException("This builder has built its client. Make another builder for another client.");
        }
        if (tokenProvider != null && (token != null || credential != null)) {
            throw GraphInvalidateException.local(
                    Status.INVALID_OPTION, null, "Of token, tokenProvider and credential one may be given.", null);
        }
        GraphInvalidateClient client = new GraphInvalidateClient(this);
        built = true;
        if (token != null) {
            Arrays.fill(token, '\0');
        }
        if (proxy != null) {
            Arrays.fill(proxy, '\0');
        }
        return client;
    }

    Duration timeoutOrDefault() {
        return timeout == null || timeout.isZero() ? Duration.ofMillis(100_000) : timeout;
    }

    long write(Memory memory) {
        Memory.Record record = memory.record(Abi.CLIENT_OPTIONS_SIZE);
        record.wide(memory.text(token));
        record.wide(memory.text(cloud));
        record.wide(memory.text(endpoint));
        record.wide(memory.text(api));
        record.word(Memory.milliseconds("timeout", timeout, 0xFFFF_FFFFL));
        record.word(0);
        record.wide(memory.text(proxy));
        record.wide(memory.text(caFile));
        record.pairs(headers);
        record.wide(credential == null ? 0 : credential.write(memory));
        record.wide(memory.text(expectTenant));
        record.pairs(environment);
        return record.address();
    }

    /** Shows the options that hold no secret. */
    @Override
    public String toString() {
        return "GraphInvalidateClientBuilder{cloud=" + cloud
                + ", endpoint=" + endpoint
                + ", api=" + api
                + ", timeout=" + timeout
                + ", caFile=" + caFile
                + ", credential=" + credential
                + ", expectTenant=" + expectTenant
                + "}";
    }
}
