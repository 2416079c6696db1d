<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The service asked to wait longer than the timeout allows; the outcome says how long.
 */
final class ThrottledException extends OutcomeException
{
}
