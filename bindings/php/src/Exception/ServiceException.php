<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The service failed, refused the request, did not confirm it, or did not show the change in time.
 */
final class ServiceException extends OutcomeException
{
}
