<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Library;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** A native library that is missing, does not fit, or may not be called. */
final class LibraryTest extends EmulatorTestCase
{
    /** @param list<string> $arguments of PHP */
    private static function refusal(string $library = '', array $arguments = []): string
    {
        $use = $library === '' ? '' : 'GraphInvalidate\Library::use(' . var_export($library, true) . ');';
        $program = self::opening() . <<<PHP
            try {
                {$use}
                new Client(token: 'x');
            } catch (GraphInvalidate\Exception\LibraryException \$refused) {
                echo \$refused->getMessage();
            }
            PHP;
        [$status, $said, $complained] = self::program($program, [], $arguments);
        self::assertSame([0, ''], [$status, $complained], $said);
        return $said;
    }

    /** Compiles a library. */
    private static function compiled(string $code): string
    {
        $file = self::newFile();
        file_put_contents("{$file}.c", $code);
        exec("gcc -shared -fPIC -o '{$file}.so' '{$file}.c'", $said, $status);
        self::assertSame(0, $status);
        unlink("{$file}.c");
        return "{$file}.so";
    }

    public function testTheSettingThatForbidsItIsNamed(): void
    {
        foreach (['0', 'false'] as $value) {
            $said = self::refusal('', ['-d', "ffi.enable={$value}"]);
            self::assertStringContainsString('its setting ffi.enable is "', $said);
            self::assertStringContainsString('php -d ffi.enable=1', $said);
        }
    }

    public function testTheMissingExtensionIsNamed(): void
    {
        // Without any file of settings, Debian's PHP has none of the extensions that are files of their own.
        self::assertStringContainsString('needs the extension ffi', self::refusal('', ['-n']));
    }

    public function testALibraryThatDoesNotFitIsRefused(): void
    {
        $version = Library::version();
        $another = self::compiled('int something(void) { return 1; }');
        self::assertStringContainsString("is not graph-invalidate's library", self::refusal($another));

        $functions = 'unsigned graph_abi_version(void) { return 1; }';
        $old = self::compiled($functions . ' const char *graph_version(void) { return "0.0.9"; }');
        $said = self::refusal($old);
        $fits = "{$old} is version 0.0.9 with ABI 1, and this package is version {$version}";
        self::assertStringContainsString($fits, $said);

        preg_match_all('/\b(graph_\w+)\(/', (string) file_get_contents(PACKAGE . '/ffi/graph_invalidate.h'), $names);
        $all = implode(' ', array_map(
            static fn (string $name): string => "void *{$name}(void) { return 0; }",
            array_diff($names[1], ['graph_abi_version', 'graph_version']),
        ));
        $abi = 'unsigned graph_abi_version(void) { return 2; } const char *graph_version(void) { return "2.0.0"; }';
        $newer = self::compiled("{$all} {$abi}");
        self::assertStringContainsString('is version 2.0.0 with ABI 2', self::refusal($newer));

        $older = self::compiled("{$all} {$functions} const char *graph_version(void) { return \"0.0.9\"; }");
        self::assertStringContainsString('the library is older', self::refusal($older));
        array_map(unlink(...), [$another, $old, $newer, $older]);
    }

    public function testAFileThatIsNoLibraryIsRefused(): void
    {
        self::assertStringContainsString("is not graph-invalidate's library", self::refusal(__FILE__));
        self::assertStringContainsString('is missing', self::refusal('/nowhere/libgraph_invalidate.so'));
        self::assertStringContainsString('full path', self::refusal('libgraph_invalidate.so'));
    }

    public function testALibraryThatIsCutShortIsRefusedAndEndsNoProcess(): void
    {
        [$library] = glob(PACKAGE . '/lib/*/libgraph_invalidate.so') ?: [''];
        $whole = (string) file_get_contents($library);
        $size = \strlen($whole);
        $file = self::newFile() . '.so';
        foreach ([64, 5000, intdiv($size, 2), intdiv($size * 9, 10), $size - 1] as $length) {
            file_put_contents($file, substr($whole, 0, $length));
            self::assertSame("{$file} is cut short: install the package again.", self::refusal($file));
        }
        unlink($file);
    }

    public function testALibraryOfAnotherProcessorIsNamed(): void
    {
        [$library] = glob(PACKAGE . '/lib/*/libgraph_invalidate.so') ?: [''];
        $content = (string) file_get_contents($library);
        $content[18] = "\x15"; // that of PowerPC
        $file = self::newFile() . '.so';
        file_put_contents($file, $content);
        self::assertSame(
            "{$file} is for another processor than this PHP: install the package for this one.",
            self::refusal($file),
        );
        unlink($file);
    }

    public function testAPackageWithoutThisPlatformSaysForWhichOnesItIs(): void
    {
        $folder = self::newFile();
        mkdir("{$folder}/lib/plan9-x64", 0777, true);
        exec('cp -r ' . escapeshellarg(PACKAGE . '/src') . ' ' . escapeshellarg("{$folder}/src"));
        copy(PACKAGE . '/preload.php', "{$folder}/preload.php");
        $said = self::program(str_replace(PACKAGE, $folder, self::opening('GraphInvalidate\Library'))
            . 'try { Library::version(); } catch (Exception $refused) { echo $refused->getMessage(); }')[1];
        self::assertStringContainsString('this package has native libraries for plan9-x64', $said);
        exec('rm -rf ' . escapeshellarg($folder));
    }

    public function testAnotherLibraryIsNamedBeforeTheFirstClient(): void
    {
        [$library] = glob(PACKAGE . '/lib/*/libgraph_invalidate.*') ?: [''];
        $program = self::opening('GraphInvalidate\Library') . 'echo Library::version();';
        $environment = [Library::VARIABLE => (string) realpath($library)];
        self::assertSame([0, Library::version(), ''], self::program($program, $environment));
        $refused = self::opening('GraphInvalidate\Library')
            . 'try { Library::version(); } catch (Exception $refused) { echo $refused->getMessage(); }';
        $said = self::program($refused, [Library::VARIABLE => 'here.so'])[1];
        self::assertStringContainsString('full path', $said);
        $this->expectException(\LogicException::class);
        Library::version();
        Library::use($library);
    }

    public function testWhatComposerIsToldKeepsOtherPlatformsAway(): void
    {
        $package = json_decode((string) file_get_contents(PACKAGE . '/composer.json'), true);
        self::assertSame(['php' => '>=8.2', 'php-64bit' => '*', 'ext-ffi' => '*'], $package['require']);
    }
}
