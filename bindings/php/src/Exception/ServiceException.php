<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The service failed, did not confirm, or answered what it never should. */
final class ServiceException extends OutcomeException
{
}
