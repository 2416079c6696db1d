<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The exception of each hundred of statuses.
 *
 * @internal
 */
final class Failures
{
    /** @var array<int, class-string<OutcomeException>> */
    public const CLASSES = [
        1 => InvalidInputException::class,
        2 => TokenException::class,
        3 => PermissionDeniedException::class,
        4 => UserException::class,
        5 => ThrottledException::class,
        6 => NetworkException::class,
        7 => ServiceException::class,
        8 => RunException::class,
        9 => InternalException::class,
    ];
}
