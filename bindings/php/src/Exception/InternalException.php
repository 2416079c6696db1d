<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * An internal error in graph-invalidate: please report it.
 */
final class InternalException extends OutcomeException
{
}
