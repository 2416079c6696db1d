<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The token lacks the scope, or its owner the role, for this action on this user; the hint names both.
 */
final class PermissionDeniedException extends OutcomeException
{
}
