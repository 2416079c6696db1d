<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The tenant has no such user; the next one may be fine. */
final class UserException extends OutcomeException
{
}
