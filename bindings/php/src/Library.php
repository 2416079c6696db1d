<?php

declare(strict_types=1);

namespace GraphInvalidate;

use GraphInvalidate\Exception\LibraryException;
use GraphInvalidate\Native\Declarations;

/** Finds, checks and loads the native library: the one place that does. */
final class Library
{
    /** The variable that names another native library than the one in this package, by its full path. */
    public const VARIABLE = 'GRAPH_INVALIDATE_LIBRARY';

    /** What `ffi.preload` makes of the header that this package brings. */
    private const SCOPE = 'graph_invalidate';

    private static ?\FFI $native = null;

    private static ?string $path = null;

    private function __construct()
    {
    }

    /**
     * Loads another native library than the one in this package, before the first client.
     *
     * @param string $path its full path.
     * @throws LibraryException where the file is missing, or no library that fits.
     * @throws \LogicException where a library is loaded already.
     */
    public static function use(string $path): void
    {
        if (self::$native !== null) {
            throw new \LogicException(self::$path . ' is loaded: Library::use() comes before the first client.');
        }
        self::$native = self::load($path);
    }

    /**
     * Tells the version of the native library; loads it where that has not been done.
     *
     * @throws LibraryException where it cannot be had.
     */
    public static function version(): string
    {
        return self::native()->graph_version();
    }

    /** @internal */
    public static function native(): \FFI
    {
        return self::$native ??= self::preloaded() ?? self::load(self::named() ?? self::own());
    }

    /** What the setting ffi.preload has loaded when PHP was started. */
    private static function preloaded(): ?\FFI
    {
        if ((string) ini_get('ffi.preload') === '') {
            return null;
        }
        try {
            $native = \FFI::scope(self::SCOPE);
        } catch (\FFI\Exception) {
            return null;
        }
        self::$path = 'the library of ffi.preload';
        return self::checked($native);
    }

    private static function named(): ?string
    {
        $path = getenv(self::VARIABLE, true);
        return $path === false || $path === '' ? null : $path;
    }

    /** The library of this platform in this package. */
    private static function own(): string
    {
        $processor = match ($machine = strtolower(php_uname('m'))) {
            'x86_64', 'amd64' => 'x64',
            'aarch64', 'arm64' => 'arm64',
            default => $machine,
        };
        [$system, $name] = match (PHP_OS_FAMILY) {
            'Windows' => ['win', 'graph_invalidate.dll'],
            'Darwin' => ['osx', 'libgraph_invalidate.dylib'],
            default => [self::isMusl() ? 'linux-musl' : strtolower(PHP_OS_FAMILY), 'libgraph_invalidate.so'],
        };
        $folder = \dirname(__DIR__) . '/lib';
        $path = "{$folder}/{$system}-{$processor}/{$name}";
        if (!is_file($path)) {
            $there = implode(', ', array_map(basename(...), glob("{$folder}/*", GLOB_ONLYDIR) ?: [])) ?: 'none';
            throw new LibraryException("{$path} is missing: this package has native libraries for {$there}. Name"
                . ' another one with ' . self::VARIABLE . ' or ' . self::class . '::use().');
        }
        return $path;
    }

    /** Whether this PHP runs on musl: what is installed beside it says nothing. */
    private static function isMusl(): bool
    {
        if ((glob(\dirname(__DIR__) . '/lib/linux-musl-*') ?: []) === []) {
            return false;
        }
        $mapped = @file_get_contents('/proc/self/maps');
        return $mapped === false ? is_file('/etc/alpine-release') : str_contains($mapped, '/ld-musl-');
    }

    private static function load(string $path): \FFI
    {
        if (PHP_INT_SIZE !== 8) {
            throw new LibraryException('graph-invalidate needs a PHP of 64 bits.');
        }
        if (!\extension_loaded('ffi')) {
            throw new LibraryException('graph-invalidate needs the extension ffi, which this PHP does not load: add'
                . ' "extension=ffi" to php.ini; in a container of docker.io/php run "docker-php-ext-install ffi".');
        }
        if (!str_starts_with($path, '/') && !preg_match('~^([A-Za-z]:)?[\\\\/]~', $path)) {
            throw new LibraryException("The native library is named as \"{$path}\": give its full path.");
        }
        if (!is_file($path)) {
            throw new LibraryException("{$path} is missing: there is no native library.");
        }
        $fault = self::fault($path);
        if ($fault !== null) {
            throw new LibraryException("{$path} {$fault}");
        }
        self::$path = $path;
        $header = file_get_contents(\dirname(__DIR__) . '/ffi/graph_invalidate.h');
        if ($header === false) {
            throw new LibraryException('The header of this package, ffi/graph_invalidate.h, is missing.');
        }
        try {
            $native = \FFI::cdef($header, $path);
        } catch (\FFI\Exception $refused) {
            throw self::refusal($path, $refused);
        }
        return self::checked($native);
    }

    /**
     * What is wrong with a library of Linux, as far as its beginning tells: one that ends before the table of its
     * sections does, which stands at its end, could end the process by SIGBUS, and of one for another processor the
     * system would say that there is no such file.
     */
    private static function fault(string $path): ?string
    {
        $head = (string) file_get_contents($path, length: 64);
        if (\strlen($head) < 64 || !str_starts_with($head, "\x7fELF\x02")) {
            return null;
        }
        ['table' => $table, 'size' => $size, 'count' => $count] = unpack('Ptable/x10/vsize/vcount', $head, 40) ?: [];
        if ($table + $size * $count > filesize($path)) {
            return 'is cut short: install the package again.';
        }
        $program = (string) @file_get_contents('/proc/self/exe', length: 64);
        $isForOther = str_starts_with($program, "\x7fELF") && substr($program, 18, 2) !== substr($head, 18, 2);
        return $isForOther ? 'is for another processor than this PHP: install the package for this one.' : null;
    }

    private static function refusal(string $path, \FFI\Exception $refused): LibraryException
    {
        $said = $refused->getMessage();
        if (str_contains($said, 'ffi.enable')) {
            return new LibraryException(self::threeWays(), 0, $refused);
        }
        try {
            $found = \FFI::cdef('uint32_t graph_abi_version(void); const char *graph_version(void);', $path);
        } catch (\FFI\Exception) {
            return new LibraryException("{$path} is not graph-invalidate's library: {$said}.", 0, $refused);
        }
        return self::unfit($found, $said, $refused);
    }

    private static function threeWays(): string
    {
        $package = \dirname(__DIR__);
        $setting = ini_get('ffi.enable');
        return <<<TEXT
            PHP may not call native libraries here: its setting ffi.enable is "{$setting}". There are three ways.
            1. php_admin_value[ffi.enable]=1 in the file of the FPM pool, for this pool alone; php -d ffi.enable=1 on
               the command line.
            2. ffi.enable=preload with opcache.preload={$package}/preload.php in php.ini, and opcache.preload_user
               where FPM is started as root: no other code may call native libraries then.
            3. The same, with ffi.preload={$package}/ffi/graph_invalidate.h, where libgraph_invalidate.so.1 is
               installed on the system: declarations are read when PHP is started, and not in each request.
            TEXT;
    }

    private static function unfit(\FFI $found, string $why, ?\Throwable $cause = null): LibraryException
    {
        $theirs = "version {$found->graph_version()} with ABI {$found->graph_abi_version()}";
        $ours = 'version ' . Declarations::VERSION . ' for ABI ' . Declarations::ABI;
        return new LibraryException(
            self::$path . " is {$theirs}, and this package is {$ours}: {$why}. Take both from one version.",
            0,
            $cause,
        );
    }

    private static function checked(\FFI $native): \FFI
    {
        if ($native->graph_abi_version() !== Declarations::ABI) {
            throw self::unfit($native, 'the ABI is another one');
        }
        // What is newer has all that is declared here; structures of what is older end earlier.
        if (version_compare($native->graph_version(), Declarations::VERSION, '<')) {
            throw self::unfit($native, 'the library is older');
        }
        return $native;
    }
}
