<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Status;

/**
 * Whom the caller named to be asked for tokens.
 *
 * @internal
 */
final class Provider
{
    use Guarded;

    /** What a function holds may be a secret, and PHP would print it. */
    private readonly \SensitiveParameterValue $ask;

    public function __construct(#[\SensitiveParameter] \Closure $ask, private readonly ?string $scope)
    {
        $this->ask = new \SensitiveParameterValue($ask);
    }

    /**
     * Asks for a token. Whatever the function throws is the cause of what this throws.
     *
     * @param float $until When the call is over, in seconds of hrtime(): what comes later is not used.
     */
    public function token(?string $user = null, float $until = INF): string
    {
        try {
            $token = $this->ask->getValue()($this->scope);
        } catch (\Throwable $cause) {
            throw self::failed('threw ' . get_debug_type($cause), $user, $cause);
        }
        if (hrtime(true) / 1e9 >= $until) {
            $late = 'The timeout passed while the token was asked for: nothing was sent.';
            $hint = 'Give the token function a shorter time limit of its own, or the client a longer timeout.';
            throw OutcomeException::local(Status::DeadlineExceeded, $late, $hint, null, $user);
        }
        if (!\is_string($token) || $token === '') {
            $what = $token === '' ? 'an empty string' : get_debug_type($token);
            throw self::failed("gave {$what}, and no token", $user);
        }
        return $token;
    }

    private static function failed(string $how, ?string $user, ?\Throwable $cause = null): OutcomeException
    {
        return OutcomeException::local(
            Status::TokenProviderFailed,
            "The token function {$how}: nothing was sent.",
            'Mend what gives the token, and call again.' . ($cause === null ? '' : ' See the previous exception.'),
            $cause,
            $user,
        );
    }
}
