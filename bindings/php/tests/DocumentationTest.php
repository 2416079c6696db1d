<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Exception\GraphInvalidateException;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Tests\Support\EmulatorTestCase;

/** What the documentation claims, done by a stranger: in an empty folder, with the packed package. */
final class DocumentationTest extends EmulatorTestCase
{
    private const TENANT = 'c0ffee00-1111-4222-8333-444455556666';

    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$folder = self::newFile();
        mkdir(self::$folder);
        self::install();
    }

    public static function tearDownAfterClass(): void
    {
        parent::tearDownAfterClass();
        exec('rm -rf ' . escapeshellarg(self::$folder));
    }

    /** By the commands of the README, but without a look at other packages: there is no network. */
    private static function install(): void
    {
        preg_match_all('/^\$ (composer .*)$/m', self::page('README.md'), $commands);
        self::assertCount(2, $commands[1]);
        $home = self::$folder . '/home';
        foreach (['composer config repositories.packagist.org false', ...$commands[1]] as $command) {
            $command = str_replace('/path/to/clone/target/package/php', PACKAGE, $command);
            $command = 'cd ' . escapeshellarg(self::$folder) . " && COMPOSER_HOME={$home} COMPOSER_DISABLE_NETWORK=1"
                . " COMPOSER_ALLOW_SUPERUSER=1 {$command} --no-interaction 2>&1";
            if (!is_file(self::$folder . '/composer.json')) {
                file_put_contents(self::$folder . '/composer.json', '{}');
            }
            exec($command, $said, $status);
            self::assertSame(0, $status, implode("\n", $said));
        }
        self::assertFileExists(self::$folder . '/vendor/graph-invalidate/graph-invalidate/preload.php');
    }

    private static function page(string $name): string
    {
        return (string) file_get_contents(\dirname(__DIR__) . '/' . $name);
    }

    /** @return list<string> */
    private static function blocks(string $page, string $language): array
    {
        preg_match_all("/^ *```{$language}\n(.*?)^ *```/ms", $page, $blocks);
        return $blocks[1];
    }

    /**
     * Runs code in the folder, and gives what it said.
     *
     * @param array<string, string> $more variables
     */
    private static function said(string $code, array $more = []): string
    {
        $environment = $more + [
            'GRAPH_INVALIDATE_ENDPOINT' => self::$emulator->url,
            'GRAPH_INVALIDATE_TOKEN' => self::$emulator->token(),
            'AZURE_TENANT_ID' => self::TENANT,
            'AZURE_CLIENT_ID' => 'aaaaaaaa-0000-4000-8000-000000000003',
            'AZURE_CLIENT_SECRET' => 'emulated-secret',
        ];
        $code = "<?php\n" . 'chdir(' . var_export(self::$folder, true) . ");\n" . $code;
        $path = ['-d', 'include_path=' . self::$folder . ':/usr/share/php', '-d', 'error_reporting=-1'];
        [$status, $said, $complained] = self::program($code, $environment, $path);
        self::assertSame([0, ''], [$status, $complained], $said);
        return $said;
    }

    public function testTheFirstScreenOfTheReadmeRunsForAStranger(): void
    {
        [$first] = self::blocks(self::page('README.md'), 'php');
        self::assertSame("adele.vance@contoso.example accepted\n", self::said($first));
        self::assertSame(1, self::$emulator->accepted('adele.vance@contoso.example'));
    }

    public function testTheReadmeRunsFromTopToBottom(): void
    {
        $blocks = self::blocks(self::page('README.md'), 'php');
        self::assertCount(7, $blocks);
        $said = self::said(implode("\n", $blocks));
        self::assertStringContainsString("\nverified: Sign-in sessions are valid from ", $said);
        $failure = "\nuser_not_found: Resource 'nobody@contoso.example' does not exist";
        foreach ([$failure, "\na new journal\n", "\n1 verified, 1 failed\n", "\nverification: allowed\n"] as $line) {
            self::assertStringContainsString($line, $said);
        }
        self::assertSame(6, self::$emulator->accepted('adele.vance@contoso.example'));
        unlink(self::$folder . '/incident-4711.jsonl');
    }

    public function testTheLineOfTheProjectsOwnReadmeRuns(): void
    {
        [$line] = self::blocks((string) file_get_contents(ROOT . '/README.md'), 'php');
        self::said("require 'vendor/autoload.php';\n\$token = getenv('GRAPH_INVALIDATE_TOKEN');\n{$line}");
        self::assertSame(1, self::$emulator->accepted('adele.vance@contoso.example'));
    }

    public function testEveryRowOfTheGuideAboutWhatGoesWrongEndsAsItSays(): void
    {
        $html = '"headers": [["Content-Type", "text/html"]], "body": "<html></html>"';
        $faults = [
            '200 without a body' => '[{"kind": "status", "status": 200, "body": ""}]',
            '403 with a page of HTML' => "[{\"kind\": \"status\", \"status\": 403, {$html}}]",
            '429, `Retry-After: 300`' => '[{"kind": "status", "status": 429, "headers": [["Retry-After", "300"]]}]',
        ];
        $guide = (string) file_get_contents(ROOT . '/docs/migrate.md');
        $part = explode("\n## ", explode("\n### When something goes wrong, in PHP\n", $guide)[1])[0];
        preg_match_all('/^\| ([^|]*?) \|[^|]*\| `([^|`]*)` \|$/m', $part, $rows, PREG_SET_ORDER);
        self::assertSame(array_keys($faults), array_column($rows, 1));
        foreach ($rows as [, $what, $end]) {
            self::$emulator->reset();
            self::$emulator->ask('faults', $faults[$what]);
            try {
                $said = self::$emulator->client(timeout: 5)->invalidate('adele.vance@contoso.example')->status->name;
            } catch (OutcomeException $failure) {
                $kind = (new \ReflectionClass($failure))->getShortName();
                $said = "{$kind}: {$failure->outcome()->status->value}";
            }
            self::assertSame($end, $said, $what);
        }
    }

    public function testEveryLineOfTheMigrationGuideRuns(): void
    {
        $guide = (string) file_get_contents(ROOT . '/docs/migrate.md');
        $part = explode("\n## ", explode("\n## PHP\n", $guide)[1])[0];
        preg_match_all('/^\| `.*?` \| `(.*?)` \|/m', $part, $lines);
        self::assertCount(6, $lines[1]);
        $start = "use GraphInvalidate\\{Client, Credential};\nrequire 'vendor/autoload.php';\n"
            . "[\$token, \$tenantId, \$clientId, \$clientSecret] = array_map(getenv(...),\n"
            . "    ['GRAPH_INVALIDATE_TOKEN', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET']);\n"
            . '$certificatePath = ' . var_export(ROOT . '/tests/certificates/client.pem', true) . ";\n";
        $end = "\necho \$proof->status->value;\nforeach ([\$secret, \$certificate] as \$one) {\n"
            . "    echo ' ', \$one->signIn()->status->value;\n}\n";
        $lines = str_replace('{user-id}', 'adele.vance@contoso.example', implode("\n", $lines[1]));
        self::assertSame('verified signed_in signed_in', self::said($start . $lines . $end));
        self::assertSame(2, self::$emulator->users());
    }

    public function testSymfonysDefinitionLoadsAndSigns(): void
    {
        [$yaml] = self::blocks(self::page('frameworks.md'), 'yaml');
        file_put_contents(self::$folder . '/services.yaml', $yaml);
        self::assertSame('accepted', self::said(<<<'PHP'
            require 'vendor/autoload.php';
            require 'Symfony/Component/DependencyInjection/autoload.php';
            require 'Symfony/Component/Yaml/autoload.php';
            require 'Symfony/Component/Config/autoload.php';
            $container = new Symfony\Component\DependencyInjection\ContainerBuilder();
            $locator = new Symfony\Component\Config\FileLocator('.');
            $loader = new Symfony\Component\DependencyInjection\Loader\YamlFileLoader($container, $locator);
            $loader->load('services.yaml');
            $container->compile(true);
            $client = $container->get(GraphInvalidate\Client::class);
            echo $client->invalidate('adele.vance@contoso.example')->status->value;
            PHP));
    }

    public function testLaravelsDefinitionLoadsAndSigns(): void
    {
        [$definition] = self::blocks(self::page('frameworks.md'), 'php');
        preg_match_all('/^use .*$/m', $definition, $uses);
        $body = preg_replace('/^use .*\n/m', '', $definition);
        $uses = implode("\n", $uses[0]);
        self::assertSame('accepted', self::said(<<<PHP
            {$uses}
            require 'vendor/autoload.php';
            require 'Illuminate/Container/autoload.php';
            function config(string \$name): ?string
            {
                return getenv(strtoupper(str_replace('services.entra.', 'AZURE_', [
                    'services.entra.tenant' => 'AZURE_TENANT_ID',
                ][\$name] ?? \$name))) ?: null;
            }
            \$provider = new class (new Illuminate\\Container\\Container()) {
                public function __construct(public Illuminate\\Container\\Container \$app)
                {
                }

                public function register(): void
                {
                    {$body}
                }
            };
            \$provider->register();
            \$job = static fn (Client \$client): string
                => \$client->invalidate('adele.vance@contoso.example')->status->value;
            echo \$provider->app->call(\$job);
            PHP));
    }

    public function testTheReadmeNamesExceptionsThatExistAndAllOfThem(): void
    {
        preg_match_all('/^\| `(\w+Exception)` \|/m', self::page('README.md'), $named);
        $there = array_map(
            static fn (string $file): string => basename($file, '.php'),
            glob(PACKAGE . '/src/Exception/*.php') ?: [],
        );
        $listed = array_diff($there, ['GraphInvalidateException', 'OutcomeException', 'Failures']);
        self::assertEqualsCanonicalizing($listed, $named[1]);
        foreach ($named[1] as $name) {
            self::assertTrue(is_subclass_of("GraphInvalidate\\Exception\\{$name}", GraphInvalidateException::class));
        }
    }

    public function testTheReadmeExplainsEveryFile(): void
    {
        preg_match_all('~`((?:Native/)?\w+\.php)`~', self::page('README.md'), $named);
        $folder = PACKAGE . '/src/';
        foreach ([...glob("{$folder}*.php") ?: [], ...glob("{$folder}Native/*.php") ?: []] as $file) {
            self::assertContains(substr($file, \strlen($folder)), $named[1]);
        }
    }

    public function testEverythingPublicIsDocumented(): void
    {
        foreach ([...glob(PACKAGE . '/src/*.php') ?: [], ...glob(PACKAGE . '/src/Exception/*.php') ?: []] as $file) {
            $name = str_replace('/', '\\', substr($file, \strlen(PACKAGE . '/src/'), -4));
            $class = new \ReflectionClass("GraphInvalidate\\{$name}");
            self::assertNotFalse($class->getDocComment(), $name);
            foreach ($class->getMethods(\ReflectionMethod::IS_PUBLIC) as $method) {
                $ours = $method->getDeclaringClass()->getName() === $class->getName() && !$method->isInternal();
                if ($ours && !preg_match('/^(__(?!construct)|cases|from|tryFrom)/', $method->name)) {
                    $documented = $method->getDocComment() !== false || $class->isSubclassOf(\Throwable::class);
                    self::assertTrue($documented, "{$name}::{$method->name}");
                }
            }
        }
    }
}
