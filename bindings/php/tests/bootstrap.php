<?php

// The tests use the packed package where cargo xtask test php names it, and the source otherwise.

declare(strict_types=1);

const ROOT = __DIR__ . '/../../..';

define('PACKAGE', getenv('GRAPH_INVALIDATE_TEST_PACKAGE') ?: dirname(__DIR__));

spl_autoload_register(static function (string $class): void {
    foreach (['GraphInvalidate\\Tests\\' => __DIR__, 'GraphInvalidate\\' => PACKAGE . '/src'] as $prefix => $folder) {
        $file = $folder . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
        if (str_starts_with($class, $prefix) && is_file($file)) {
            require $file;
            return;
        }
    }
});
