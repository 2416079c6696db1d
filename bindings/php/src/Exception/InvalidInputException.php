<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * An argument or an option cannot be used; nothing was sent.
 */
final class InvalidInputException extends OutcomeException
{
}
