<?php

declare(strict_types=1);

namespace GraphInvalidate\Exception;

/** The service could not be reached safely: name, connection, TLS, proxy, a refused host or a redirect. */
final class NetworkException extends OutcomeException
{
}
