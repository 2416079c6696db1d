<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use FFI\CData;
use GraphInvalidate\Exception\OutcomeException;
use GraphInvalidate\Library;
use GraphInvalidate\Status;

/**
 * PHP's values in the form that the native library takes, kept as long as this object.
 *
 * @internal
 */
final class Memory
{
    use Guarded;

    /** The largest number of 32 bits: more milliseconds than this no option takes. */
    private const LARGEST = 0xFFFF_FFFF;

    /** Seconds beyond every age. */
    private const FOR_EVER = 1_000_000_000_000;

    private readonly \FFI $native;

    /** @var list<CData> */
    private array $kept = [];

    /** @var list<CData> */
    private array $secrets = [];

    public function __construct()
    {
        $this->native = Library::native();
    }

    public function __destruct()
    {
        foreach ($this->secrets as $secret) {
            \FFI::memset($secret, 0, \FFI::sizeof($secret));
        }
    }

    /** @return array<never, never> */
    public function __debugInfo(): array
    {
        return [];
    }

    /** NUL would end a string early in C: it is passed on as what the library refuses by name. */
    public static function whole(#[\SensitiveParameter] string $text): string
    {
        return str_contains($text, "\0") ? str_replace("\0", "\xC0\x80", $text) : $text;
    }

    /** A string as C has it. */
    public function text(#[\SensitiveParameter] string $text): CData
    {
        $copy = $this->copy(self::whole($text));
        return $this->native->cast('char *', $copy);
    }

    private function copy(#[\SensitiveParameter] string $bytes): CData
    {
        $length = \strlen($bytes);
        $copy = $this->native->new('char[' . ($length + 1) . ']');
        \FFI::memcpy($copy, $bytes, $length);
        return $this->kept[] = $copy;
    }

    /** A string that is wiped when this object is forgotten. */
    public function secret(#[\SensitiveParameter] string $text): CData
    {
        $pointer = $this->text($text);
        $this->secrets[] = $this->kept[\count($this->kept) - 1];
        return $pointer;
    }

    /**
     * A structure of options, with what is given of it.
     *
     * @param array<string, mixed> $given values by the names in C; null stands for one that was left out.
     */
    public function options(string $structure, #[\SensitiveParameter] array $given): CData
    {
        $options = $this->native->new($structure);
        $options->struct_size = \FFI::sizeof($options);
        foreach ($given as $field => $value) {
            if ($value === null) {
                continue;
            }
            [$name, $kind] = Declarations::OPTIONS[$structure][$field];
            match ($kind) {
                'text', 'path', 'time' => $options->{$field} = $this->text($value),
                'secret' => $options->{$field} = $this->secret($value),
                'texts' => $this->texts($options, $field, $value),
                'bytes' => $this->bytes($options, $field, $value),
                'pairs' => $this->pairs($options, $field, $name, $value),
                'structure' => $options->{$field} = \FFI::addr($value),
                'switch' => $options->{$field} = (int) $value,
                'number' => $options->{$field} = self::count($value),
                'real' => $options->{$field} = (float) $value,
                'duration_ms' => $options->{$field} = self::milliseconds($name, $value),
            };
        }
        $this->kept[] = $options;
        return $options;
    }

    /** @param list<?string> $texts */
    private function texts(#[\SensitiveParameter] CData $options, string $field, array $texts): void
    {
        if ($texts === []) {
            return;
        }
        $list = $this->native->new('char *[' . \count($texts) . ']');
        foreach ($texts as $index => $text) {
            $list[$index] = $text === null ? null : $this->text($text);
        }
        $this->kept[] = $list;
        $options->{$field} = $this->native->cast('char **', $list);
        $options->{$field . '_len'} = \count($texts);
    }

    private function bytes(
        #[\SensitiveParameter] CData $options,
        string $field,
        #[\SensitiveParameter] string $bytes,
    ): void {
        $copy = $this->secrets[] = $this->copy($bytes);
        // Through the pointer: the array itself would be taken for one.
        $pointer = $this->native->cast('char *', $copy);
        $options->{$field} = $this->native->cast('uint8_t *', $pointer);
        $options->{$field . '_len'} = \strlen($bytes);
    }

    /** @param array<mixed> $pairs */
    private function pairs(
        #[\SensitiveParameter] CData $options,
        string $field,
        string $name,
        #[\SensitiveParameter] array $pairs,
    ): void {
        // No variable at all is another thing than the process's own: a list of none, which is there.
        $structure = $field === 'headers' ? 'graph_header' : 'graph_variable';
        $list = $this->native->new($structure . '[' . max(1, \count($pairs)) . ']');
        $index = 0;
        foreach ($pairs as $key => $value) {
            if (\is_int($key) && $name === 'headers') {
                throw new \TypeError("headers must hold strings by their names; {$key} is the place of one in a list.");
            }
            if (!\is_string($value)) {
                $kind = get_debug_type($value);
                throw new \TypeError("{$name} must hold strings by their names; \"{$key}\" is {$kind}.");
            }
            $list[$index]->name = $this->text((string) $key);
            $list[$index++]->value = $this->secret($value);
        }
        $this->kept[] = $list;
        $options->{$field} = $this->native->cast($structure . ' *', $list);
        $options->{$field . '_len'} = \count($pairs);
    }

    /** A number that is out of the range of 32 bits becomes one that the library refuses. */
    private static function count(int $number): int
    {
        return $number >= 0 && $number < self::LARGEST ? $number : self::LARGEST;
    }

    /** Seconds as milliseconds, rounded up; what has no end is the longest, or 0 where no limit is the default. */
    private static function milliseconds(string $name, int|float $seconds): int
    {
        $longest = $name === 'resumeWithin' ? self::FOR_EVER : intdiv(self::LARGEST, 1000);
        if ($seconds === INF) {
            return $name === 'deadline' ? 0 : $longest * 1000;
        }
        if (!($seconds >= 0 && $seconds <= $longest)) {
            throw OutcomeException::local(
                Status::InvalidOption,
                "{$name} must be from 0, the default, to {$longest} seconds, or INF; it is {$seconds}.",
            );
        }
        return (int) ceil(round($seconds * 1000, 6));
    }
}
