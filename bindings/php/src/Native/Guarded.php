<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

/**
 * What owns something native, or a secret, is there once: it is neither cloned nor serialized.
 *
 * @internal
 */
trait Guarded
{
    private function __clone()
    {
    }

    public function __serialize(): never
    {
        throw new \LogicException(self::class . ' cannot be serialized: make one in each process.');
    }

    /** @param array<mixed> $data */
    public function __unserialize(array $data): never
    {
        throw new \LogicException(self::class . ' cannot be unserialized: make one in each process.');
    }
}
