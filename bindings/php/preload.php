<?php

/*
 * Loads every class of this package when PHP is started, so that they may call the native library in a web server
 * whose setting ffi.enable is "preload", and no other code may. In php.ini:
 *
 *     ffi.enable=preload
 *     opcache.preload=/path/to/vendor/graph-invalidate/graph-invalidate/preload.php
 *     opcache.preload_user=www-data
 *
 * Nothing is called yet, and no library is loaded: that happens in each process, with its first client.
 */

declare(strict_types=1);

(static function (): void {
    $load = static function (string $class): void {
        $file = __DIR__ . '/src/' . str_replace('\\', '/', substr($class, \strlen('GraphInvalidate\\'))) . '.php';
        if (str_starts_with($class, 'GraphInvalidate\\') && is_file($file)) {
            require_once $file;
        }
    };
    spl_autoload_register($load);
    foreach (['src/*.php', 'src/*/*.php'] as $pattern) {
        foreach (glob(__DIR__ . '/' . $pattern) ?: [] as $file) {
            require_once $file;
        }
    }
    spl_autoload_unregister($load);
})();
