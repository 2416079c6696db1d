<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The tenant has no such user, or the service rejects the user key.
 */
final class UserException extends OutcomeException
{
}
