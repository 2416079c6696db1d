<?php

declare(strict_types=1);

namespace GraphInvalidate\Tests;

use GraphInvalidate\Access;
use GraphInvalidate\AccessFinding;
use GraphInvalidate\Client;
use GraphInvalidate\Credential;
use GraphInvalidate\Library;
use GraphInvalidate\Outcome;
use GraphInvalidate\Progress;
use GraphInvalidate\Status;
use PHPUnit\Framework\TestCase;

/** What the package declares is what the library's description says. */
final class DeclarationsTest extends TestCase
{
    /** @return array<mixed> */
    private static function description(): array
    {
        $text = (string) file_get_contents(ROOT . '/include/graph_invalidate.json');
        return json_decode($text, true, flags: JSON_THROW_ON_ERROR);
    }

    /** @return iterable<string, array{array<mixed>}> */
    public static function structures(): iterable
    {
        foreach (self::description()['structures'] as $structure) {
            yield $structure['name'] => [$structure];
        }
    }

    private static function camel(string $name): string
    {
        return lcfirst(str_replace('_', '', ucwords($name, '_')));
    }

    /**
     * @dataProvider structures
     * @param array<mixed> $structure
     */
    public function testAStructureLiesInMemoryAsCLaysItOut(array $structure): void
    {
        $native = Library::native();
        $made = $native->new($structure['name']);
        $target = $native->new('char[8]');
        $address = $native->cast('char *', $target);
        $size = \FFI::sizeof($made);
        $place = 0;
        foreach ($structure['fields'] as $field) {
            $width = ['int32_t' => 4, 'uint32_t' => 4][$field['type']] ?? 8;
            $place = intdiv($place + $width - 1, $width) * $width;
            // What is written under its name lies at the place that C has it at, and nowhere else.
            $made->{$field['name']} = match (true) {
                str_ends_with($field['type'], '*') => $native->cast($field['type'], $address),
                $field['type'] === 'double' => 1.0,
                default => 1,
            };
            $bytes = \FFI::string($native->cast('char *', \FFI::addr($made)), $size);
            self::assertNotSame(str_repeat("\0", $width), substr($bytes, $place, $width), $field['name']);
            $rest = substr_replace($bytes, '', $place, $width);
            self::assertSame(str_repeat("\0", $size - $width), $rest, $field['name']);
            \FFI::memset($made, 0, $size);
            $place += $width;
        }
        self::assertSame(intdiv($place + 7, 8) * 8, $size);
    }

    public function testEveryFunctionIsDeclared(): void
    {
        $header = (string) file_get_contents(PACKAGE . '/ffi/graph_invalidate.h');
        foreach (self::description()['functions'] as $function) {
            self::assertMatchesRegularExpression("/[ *]{$function['name']}\\(/", $header);
        }
    }

    public function testEveryStatusHasItsNumberAndItsName(): void
    {
        $statuses = self::description()['statuses'];
        foreach ($statuses as $status) {
            self::assertSame($status['number'], Status::from($status['name'])->number());
            self::assertSame($status['name'], Status::ofNumber($status['number'])->value);
            self::assertSame($status['name'], Library::native()->graph_status_name($status['number']));
            self::assertSame($status['number'] >= 100, Status::from($status['name'])->isFailure());
        }
        self::assertCount(\count($statuses) + 1, Status::cases());
        self::assertSame(Status::Unknown, Status::ofNumber(99_999));
    }

    /** @return iterable<string, array{string, callable-string|array{class-string, string}, list<string>}> */
    public static function options(): iterable
    {
        yield 'client' => ['graph_client_options', [Client::class, '__construct'], []];
        // Who asks for a token asks for each run.
        yield 'run' => ['graph_run_options', [Client::class, 'run'], ['token']];
        yield 'credential' => ['graph_credential_options', [Credential::class, '__construct'], []];
    }

    /**
     * @dataProvider options
     * @param array{class-string, string} $method
     * @param list<string> $elsewhere
     */
    public function testEveryOptionOfTheLibraryIsOneHere(string $structure, array $method, array $elsewhere): void
    {
        $parameters = array_column((new \ReflectionMethod(...$method))->getParameters(), null, 'name');
        $fields = array_column(self::description()['structures'], 'fields', 'name')[$structure];
        $public = array_diff(array_column($fields, 'public'), $elsewhere);
        self::assertNotEmpty($public);
        foreach ($public as $name) {
            self::assertArrayHasKey(self::camel($name), $parameters);
        }
        // Whatever is secret does not show in a trace.
        foreach ($fields as $field) {
            $parameter = $parameters[self::camel($field['public'] ?? '')] ?? null;
            if ($parameter !== null && \in_array($field['kind'], ['secret', 'bytes'], true)) {
                self::assertCount(1, $parameter->getAttributes(\SensitiveParameter::class), $field['name']);
            }
        }
    }

    public function testEveryFieldThatComesOutIsAProperty(): void
    {
        $classes = [
            'graph_outcome' => Outcome::class,
            'graph_access' => Access::class,
            'graph_access_finding' => AccessFinding::class,
            'graph_progress' => Progress::class,
        ];
        foreach (array_column(self::description()['structures'], 'fields', 'name') as $name => $fields) {
            foreach (isset($classes[$name]) ? array_column($fields, 'public') : [] as $public) {
                self::assertTrue((new \ReflectionClass($classes[$name]))->hasProperty(self::camel($public)), $public);
            }
        }
        foreach ($classes as $class) {
            self::assertTrue((new \ReflectionClass($class))->isReadOnly(), $class);
        }
    }
}
