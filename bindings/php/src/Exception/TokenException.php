<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The access token is missing, invalid, expired or was refused: get another one.
 */
final class TokenException extends OutcomeException
{
}
