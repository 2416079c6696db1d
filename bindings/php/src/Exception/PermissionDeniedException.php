<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The token lacks the scope or its owner the role; the hint names those that would do. */
final class PermissionDeniedException extends OutcomeException
{
}
