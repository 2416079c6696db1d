<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** A defect of graph-invalidate: please report it. */
final class InternalException extends OutcomeException
{
}
