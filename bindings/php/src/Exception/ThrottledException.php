<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The service asked to wait longer than the timeout allows; the outcome's retryAfter says how long. */
final class ThrottledException extends OutcomeException
{
}
