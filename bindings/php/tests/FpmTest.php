<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** In PHP's own web server: where it may not call native libraries, and by each of the three ways in which it may. */
final class FpmTest extends EmulatorTestCase
{
    private string $folder;

    protected function setUp(): void
    {
        parent::setUp();
        $this->folder = self::newFile();
        mkdir($this->folder);
        // Whoever the pool runs as reads the package there.
        $copy = 'umask 022 && cp -RL ' . escapeshellarg(PACKAGE) . ' ' . escapeshellarg("{$this->folder}/package");
        exec("{$copy} && chmod 755 " . escapeshellarg($this->folder), $said, $status);
        self::assertSame(0, $status);
        file_put_contents("{$this->folder}/sign-out.php", <<<'PHP'
            <?php
            declare(strict_types=1);
            require_once __DIR__ . '/package/preload.php';
            try {
                $client = new GraphInvalidate\Client(token: $_SERVER['TOKEN'], endpoint: $_SERVER['EMULATOR']);
                echo getmypid(), ' ', $client->invalidate($_SERVER['USER'])->status->value;
                foreach ($client->run([$_SERVER['USER']]) as $outcome) {
                    echo ' ', $outcome->status->value;
                }
                FFI::cdef('int getpid(void);');
                echo ' anybody';
            } catch (GraphInvalidate\Exception\LibraryException $refused) {
                echo $refused->getMessage();
            } catch (FFI\Exception) {
                echo ' nobody else';
            }
            PHP);
    }

    protected function tearDown(): void
    {
        exec('rm -rf ' . escapeshellarg($this->folder));
    }

    /** The server of this PHP. */
    private static function server(): string
    {
        $name = 'php-fpm' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        foreach (["/usr/sbin/{$name}", '/usr/sbin/php-fpm', '/usr/local/sbin/php-fpm', '/usr/bin/php-fpm'] as $file) {
            if (is_executable($file)) {
                return $file;
            }
        }
        self::fail("{$name} is not here: install php-fpm");
    }

    /**
     * Starts the server with these settings, and gives what it answers to a few requests.
     *
     * @param array<string, string> $settings of php.ini
     * @param list<string> $ofPool lines of the pool's file
     * @param array<string, string> $environment of the server
     * @return list<string>
     */
    private function answers(array $settings, array $ofPool = [], array $environment = []): array
    {
        $user = posix_getuid() === 0 ? "user = www-data\ngroup = www-data\nlisten.owner = root\n" : '';
        $pool = implode("\n", $ofPool);
        file_put_contents("{$this->folder}/fpm.conf", <<<CONF
            [global]
            error_log = {$this->folder}/log
            daemonize = no
            [www]
            {$user}listen = {$this->folder}/socket
            pm = static
            pm.max_children = 2
            {$pool}

            CONF);
        // Debian's directories of settings enable the extensions, and opcache with them.
        $command = [self::server(), '--nodaemonize', '--fpm-config', "{$this->folder}/fpm.conf"];
        foreach ($settings as $name => $value) {
            array_push($command, '-d', "{$name}={$value}");
        }
        $files = [
            ['file', '/dev/null', 'r'],
            ['file', "{$this->folder}/out", 'w'],
            ['file', "{$this->folder}/err", 'w'],
        ];
        $process = proc_open($command, $files, $pipes, null, $environment + getenv());
        self::assertIsResource($process);
        $log = fn (): string => implode("\n", array_map(
            fn (string $name): string => (string) @file_get_contents("{$this->folder}/{$name}"),
            ['log', 'out', 'err'],
        ));
        try {
            for ($waited = 0; !str_contains($log(), 'ready to handle connections'); $waited++) {
                self::assertTrue($waited < 600 && proc_get_status($process)['running'], $log());
                usleep(50_000);
            }
            return array_map(fn (int $number): string => $this->request($number), range(1, 6));
        } finally {
            proc_terminate($process);
            proc_close($process);
        }
    }

    private function request(int $number): string
    {
        $environment = [
            'REQUEST_METHOD' => 'GET',
            'SCRIPT_FILENAME' => "{$this->folder}/sign-out.php",
            'TOKEN' => self::$emulator->token(),
            'EMULATOR' => self::$emulator->url,
            'USER' => sprintf('user%06d@contoso.example', $number),
            'PATH' => (string) getenv('PATH'),
        ];
        $command = ['cgi-fcgi', '-bind', '-connect', "{$this->folder}/socket"];
        $process = proc_open($command, [1 => ['pipe', 'w']], $pipes, null, $environment);
        self::assertIsResource($process);
        $answer = (string) stream_get_contents($pipes[1]);
        proc_close($process);
        return trim(explode("\r\n\r\n", $answer, 2)[1] ?? $answer);
    }

    /** @param list<string> $answers */
    private static function assertEverybodyIsSignedOut(array $answers, string $whoElse): void
    {
        foreach ($answers as $answer) {
            self::assertMatchesRegularExpression("/^\\d+ accepted accepted {$whoElse}\$/", $answer);
        }
        self::assertSame(6, self::$emulator->users());
        // In both of the pool's processes, where they took turns.
        self::assertLessThanOrEqual(2, \count(array_unique(array_map(intval(...), $answers))));
    }

    public function testWithoutASettingTheRefusalNamesTheSettingAndThreeWays(): void
    {
        [$answer] = $this->answers(['ffi.enable' => 'preload']);
        self::assertStringContainsString('its setting ffi.enable is "preload"', $answer);
        self::assertStringContainsString('1. php_admin_value[ffi.enable]=1', $answer);
        $second = "2. ffi.enable=preload with opcache.preload={$this->folder}/package/preload.php";
        self::assertStringContainsString($second, $answer);
        self::assertStringContainsString("3. The same, with ffi.preload={$this->folder}/package/ffi", $answer);
    }

    public function testThePoolsOwnSettingIsEnough(): void
    {
        $answers = $this->answers(['ffi.enable' => 'preload'], ['php_admin_value[ffi.enable] = 1']);
        self::assertEverybodyIsSignedOut($answers, 'anybody');
    }

    /** @return array<string, string> */
    private function preloading(): array
    {
        return [
            'ffi.enable' => 'preload',
            'opcache.enable' => '1',
            'opcache.preload' => "{$this->folder}/package/preload.php",
        ] + (posix_getuid() === 0 ? ['opcache.preload_user' => 'www-data'] : []);
    }

    public function testPreloadedItMayAndNobodyElse(): void
    {
        self::assertEverybodyIsSignedOut($this->answers($this->preloading()), 'nobody else');
    }

    public function testTheDeclarationsMayBePreloadedToo(): void
    {
        $library = glob("{$this->folder}/package/lib/*/libgraph_invalidate.so")[0];
        mkdir("{$this->folder}/system");
        // Where the package has none, the one that the system has is found.
        rename($library, "{$this->folder}/system/libgraph_invalidate.so.1");
        $settings = $this->preloading() + ['ffi.preload' => "{$this->folder}/package/ffi/graph_invalidate.h"];
        $answers = $this->answers($settings, [], ['LD_LIBRARY_PATH' => "{$this->folder}/system"]);
        self::assertEverybodyIsSignedOut($answers, 'nobody else');
    }
}
