<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/**
 * The native library cannot be had: it is missing, it does not fit, or this PHP may not call it. The message says what
 * to do.
 */
final class LibraryException extends \RuntimeException implements GraphInvalidateException
{
}
