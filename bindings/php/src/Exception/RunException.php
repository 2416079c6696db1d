<?php

// Made by cargo xtask abi from the library's source. Do not edit.

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used.
 */
final class RunException extends OutcomeException
{
}
