<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The call was cancelled or its timeout passed: the message says whether the request had left. Or a run cannot go on.
 */
final class RunException extends OutcomeException
{
}
