<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** Whatever this package throws, but for PHP's own TypeError where a value is of the wrong type. */
interface GraphInvalidateException extends \Throwable
{
}
