<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** A client was used after it was closed, or a run read twice: a mistake in the program. */
final class ClosedException extends \LogicException implements GraphInvalidateException
{
}
