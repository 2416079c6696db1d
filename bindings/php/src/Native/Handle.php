<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use FFI\CData;
use GraphInvalidate\Library;

/**
 * Owns one native object, and frees it when it is forgotten.
 *
 * @internal
 */
final class Handle
{
    use Guarded;

    /** @param string $free the function that frees it. */
    public function __construct(
        #[\SensitiveParameter] public readonly CData $pointer,
        private readonly string $free,
    ) {
    }

    public function __destruct()
    {
        Library::native()->{$this->free}($this->pointer);
    }

    /** @return array<never, never> */
    public function __debugInfo(): array
    {
        return [];
    }
}
