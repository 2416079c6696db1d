<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The network, TLS or a proxy failed, or the token would have gone to a host that must not get it.
 */
final class NetworkException extends OutcomeException
{
}
