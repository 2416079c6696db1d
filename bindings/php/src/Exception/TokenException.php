<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The access token is missing, expired, for another resource or cloud, or was refused: get another one. */
final class TokenException extends OutcomeException
{
}
