<?php

declare(strict_types=1);

namespace GraphInvalidate;

use FFI\CData;
use GraphInvalidate\Exception\ClosedException;
use GraphInvalidate\Exception\GraphInvalidateException;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Native\Calls;
use GraphInvalidate\Native\Declarations;
use GraphInvalidate\Native\Guarded;
use GraphInvalidate\Native\Handle;
use GraphInvalidate\Native\Memory;
use GraphInvalidate\Native\Provider;
use GraphInvalidate\Native\Runs;
use GraphInvalidate\Native\Values;

/**
 * A connection to Microsoft Graph for one caller, or with a token provider for many. It opens connections when first
 * used, and keeps them until it is closed or forgotten. In a forked process it works on, with connections of its own.
 */
final class Client
{
    use Guarded;
    use Runs;

    /** How long a call may take where nothing else is said, in seconds. */
    private const TIMEOUT = 100.0;

    private ?Handle $handle;

    private readonly ?Provider $provider;

    private readonly float $timeout;

    /**
     * Makes a client. Nothing is sent yet, and the process's environment is read now, never later.
     *
     * @param string|\Closure|NotGiven $token The access token, without or with "Bearer " in front. Or a function that
     * gives one: it is asked before each call, and once more after a call whose token had expired; it is given the
     * scope of the client's cloud. What it gives goes with that call and with no other.
     * @param Credential|NotGiven $credential Where the tokens come from instead.
     * @param ?string $cloud The national cloud: "global", "usgov", "usgov-dod" or "china". Left out: the token's own
     * claims choose it.
     * @param string|NotGiven $endpoint The root of the service, "https://host[:port]", plain http to loopback only. The
     * token is sent there: name only what you trust. With neither endpoint nor cloud the variable
     * GRAPH_INVALIDATE_ENDPOINT applies, where it names a Graph host or loopback.
     * @param ?string $api "beta" (invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions). Left out: beta.
     * @param int|float|null $timeout How long one call may take, all its attempts and waits, in seconds. Left out: 100.
     * @param ?string $proxy An HTTP proxy, "http://[user:password@]host:port". Left out: HTTPS_PROXY or ALL_PROXY.
     * @param string|NotGiven $caFile A PEM file of certificate authorities, trusted besides the system's.
     * @param array<string, string> $headers Further headers for every request.
     * @param string|NotGiven $expectTenant The id of the only tenant in which the client may act. Left out:
     * GRAPH_INVALIDATE_EXPECT_TENANT, if set.
     * @param ?array<string, string> $environment The variables to read instead of the process's own: $_ENV, for
     * example, where a framework keeps its own there.
     * @throws GraphInvalidateException where an option cannot be used, or the native library cannot be had.
     */
    public function __construct(
        #[\SensitiveParameter] string|\Closure|NotGiven $token = NotGiven::Value,
        Credential|NotGiven $credential = NotGiven::Value,
        ?string $cloud = null,
        string|NotGiven $endpoint = NotGiven::Value,
        ?string $api = null,
        int|float|null $timeout = null,
        #[\SensitiveParameter] ?string $proxy = null,
        string|NotGiven $caFile = NotGiven::Value,
        #[\SensitiveParameter] array $headers = [],
        string|NotGiven $expectTenant = NotGiven::Value,
        #[\SensitiveParameter] ?array $environment = null,
    ) {
        if ($token !== NotGiven::Value && $credential !== NotGiven::Value) {
            throw OutcomeException::local(Status::InvalidOption, 'Of token and credential one may be given.');
        }
        $native = Library::native();
        $memory = new Memory();
        $options = $memory->options('graph_client_options', [
            'token' => \is_string($token) ? $token : null,
            'credential' => $credential instanceof Credential
                ? $memory->options('graph_credential_options', $credential->options())
                : null,
            'cloud' => $cloud,
            'endpoint' => self::given($endpoint),
            'api' => $api,
            'timeout_ms' => $timeout,
            'proxy' => $proxy,
            'ca_file' => self::given($caFile),
            'headers' => $headers === [] ? null : $headers,
            'expect_tenant' => self::given($expectTenant),
            'environment' => $environment,
        ]);
        $place = $native->new('graph_client *');
        Values::outcome(static fn (#[\SensitiveParameter] CData $failure): int
            => $native->graph_client_new(\FFI::addr($options), \FFI::addr($place), $failure));
        $this->handle = new Handle($place, 'graph_client_free');
        $this->timeout = (float) $timeout ?: self::TIMEOUT;
        $this->provider = $token instanceof \Closure
            ? new Provider($token, $native->graph_client_scope($place))
            : null;
    }

    /**
     * Invalidates all refresh tokens and session cookies of a user.
     *
     * Waits until the service has accepted or refused, or the timeout has passed; what is worth repeating is repeated
     * meanwhile. Calling again is safe. Access tokens already issued stay valid for up to an hour; guests sign in at
     * their home tenant and are not affected.
     *
     * @param string|\Stringable $user An object id or a user principal name. Left out, or "me": the signed-in user.
     * @param ?Cancellation $cancellation A signal that ends the call early.
     * @return Outcome whose status is Status::Accepted.
     * @throws OutcomeException The subclass says what kind of failure it was.
     */
    public function invalidate(string|\Stringable $user = 'me', ?Cancellation $cancellation = null): Outcome
    {
        return $this->call(Declarations::CALL_INVALIDATE, (string) $user, null, $cancellation);
    }

    /**
     * Reads a user's cut-off back until it lies at or after a time, or the timeout has passed.
     *
     * This proves that invalidate() took effect: the service may need seconds to minutes to show it. Without a time the
     * cut-off is read once and shown, which proves nothing: the status is Status::Shown then.
     *
     * @param \DateTimeInterface|string|NotGiven|null $notBefore The serverDate of the outcome that accepted, or
     * RFC 3339. Null is refused, as the date of an outcome that has none.
     * @return Outcome whose status is Status::Verified, or Status::Shown; it has the user's object id.
     * @throws OutcomeException The subclass says what kind of failure it was.
     */
    public function verify(
        string|\Stringable $user,
        \DateTimeInterface|string|NotGiven|null $notBefore = NotGiven::Value,
        ?Cancellation $cancellation = null,
    ): Outcome {
        if ($notBefore === null) {
            throw OutcomeException::local(
                Status::NullArgument,
                'notBefore is null.',
                'Give notBefore a time, or leave it out.',
            );
        }
        if ($notBefore instanceof \DateTimeInterface) {
            $notBefore = $notBefore->format('Y-m-d\TH:i:s.uP');
        }
        return $this->call(Declarations::CALL_VERIFY, (string) $user, self::given($notBefore), $cancellation);
    }

    /**
     * Signs in with the client's Credential, so that what could fail does so before anything is done.
     *
     * Most credentials sign in at once. One that asks a person does it in steps: the first outcome's status is
     * Status::SignInPending, and its message is the text to show, with the page to open and the code to enter there
     * (the code alone is its code). Each further call waits for the person, up to the client's timeout.
     *
     * @return Outcome whose status is Status::SignedIn or Status::SignInPending.
     * @throws OutcomeException The subclass says what kind of failure it was.
     */
    public function signIn(?Cancellation $cancellation = null): Outcome
    {
        $client = $this->open();
        $options = Library::native()->new('graph_call_options');
        $options->struct_size = \FFI::sizeof($options);
        $options->kind = Declarations::CALL_SIGN_IN;
        return Values::outcome(static fn (#[\SensitiveParameter] CData $place): int
            => Calls::enquire($client->pointer, $options, $cancellation?->pointer(), null, $place));
    }

    /**
     * Tells what the client's token may do, before anything is done.
     *
     * It goes by the token's own claims, and sends nothing; whoever is asked for tokens is asked. Online it signs in
     * where that is needed, and makes harmless reads besides: the signed-in user's directory roles as they are now.
     *
     * @param string|\Stringable|NotGiven $user One user to look at, too; implies online.
     * @param bool $online Read what the directory says; within the client's timeout.
     * @return Access A token that cannot work is no failure: its status says so.
     * @throws OutcomeException where the sign-in failed.
     */
    public function access(
        string|\Stringable|NotGiven $user = NotGiven::Value,
        bool $online = false,
        ?Cancellation $cancellation = null,
    ): Access {
        $client = $this->open();
        $kind = $user !== NotGiven::Value || $online ? Declarations::CALL_ACCESS_ONLINE : Declarations::CALL_ACCESS;
        $user = $user === NotGiven::Value ? null : (string) $user;
        $ask = static function (#[\SensitiveParameter] CData $options) use ($client, $cancellation): Access {
            $native = Library::native();
            $place = $native->new('graph_access *');
            try {
                $access = \FFI::addr($place);
                Values::outcome(static fn (#[\SensitiveParameter] CData $failure): int
                    => Calls::enquire($client->pointer, $options, $cancellation?->pointer(), $access, $failure));
                return Access::read($place[0]);
            } finally {
                $native->graph_access_free($place);
            }
        };
        return $this->withToken($kind, $user, null, $ask);
    }

    /** Lets go of the connections. Runs go on; closing twice is fine. */
    public function close(): void
    {
        $this->handle = null;
    }

    private function call(int $kind, string $user, ?string $notBefore, ?Cancellation $cancellation): Outcome
    {
        $client = $this->open();
        if ($kind === Declarations::CALL_INVALIDATE && $this->provider === null && !Calls::handlersMayRun()) {
            // The shortest way for what is done most: a string goes over as it is, without a copy.
            $key = Memory::whole($user);
            return Values::outcome(static fn (#[\SensitiveParameter] CData $place): int
                => Library::native()
                    ->graph_client_invalidate($client->pointer, $key, $cancellation?->pointer(), $place));
        }
        $make = static fn (#[\SensitiveParameter] CData $options): Outcome
            => Values::outcome(static fn (#[\SensitiveParameter] CData $place): int
                => Calls::make($client->pointer, $options, $cancellation?->pointer(), $place));
        return $this->withToken($kind, $user, $notBefore, $make);
    }

    /**
     * Calls with the token of whoever is asked; where that has expired, once more with another one. The timeout is that
     * of all of it together.
     *
     * @template T
     * @param callable(CData): T $call
     * @return T
     */
    private function withToken(
        int $kind,
        ?string $user,
        ?string $notBefore,
        #[\SensitiveParameter] callable $call,
    ): mixed {
        $memory = new Memory();
        $options = Library::native()->new('graph_call_options');
        $options->struct_size = \FFI::sizeof($options);
        $options->kind = $kind;
        if ($user !== null) {
            $options->user = $memory->text($user);
        }
        if ($notBefore !== null) {
            $options->not_before = $memory->text($notBefore);
        }
        if ($this->provider === null) {
            return $call($options);
        }
        $until = hrtime(true) / 1e9 + $this->timeout;
        for ($again = false;; $again = true) {
            $options->token = $memory->secret($this->provider->token($user, $until));
            $options->timeout_ms = max(1, (int) min(($until - hrtime(true) / 1e9) * 1000, 0xFFFF_FFFF));
            try {
                return $call($options);
            } catch (OutcomeException $failed) {
                if ($again || $failed->outcome()->status !== Status::TokenExpired) {
                    throw $failed;
                }
            }
        }
    }

    /**
     * @param iterable<mixed> $users
     * @param array<string, mixed> $options
     */
    private function beginRun(iterable $users, array $options): Run
    {
        return new Run($this->open(), $this->provider, $users, $options);
    }

    private function open(): Handle
    {
        return $this->handle ?? throw new ClosedException('The client is closed.');
    }

    private static function given(string|NotGiven $value): ?string
    {
        return $value === NotGiven::Value ? null : $value;
    }

    /**
     * A list of users, such as those that are never signed out; nobody, under its name, is refused.
     *
     * @return ?list<string>
     */
    private static function users(string $name, iterable|string|\Stringable|NotGiven $users): ?array
    {
        if ($users === NotGiven::Value) {
            return null;
        }
        $what = stripos($name, 'group') === false ? 'user' : 'group';
        $keys = [];
        foreach (is_iterable($users) ? $users : [$users] as $key) {
            if ($key === null) {
                throw OutcomeException::local(
                    Status::NullArgument,
                    "{$name} holds null.",
                    "Leave it out, or name the {$what} it stands for.",
                );
            }
            if (!\is_string($key) && !$key instanceof \Stringable) {
                throw new \TypeError("{$name} must hold strings, not " . get_debug_type($key) . '.');
            }
            $keys[] = (string) $key;
        }
        return $keys ?: throw OutcomeException::local(
            Status::EmptyArgument,
            "{$name} holds nobody: a list that came out empty, or a generator that was read before.",
            "Give a list of the {$what}s, or leave {$name} out.",
        );
    }
}
