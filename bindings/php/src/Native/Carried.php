<?php

declare(strict_types=1);

namespace GraphInvalidate\Native;

use GraphInvalidate\Status;

/**
 * The values of an outcome as JSON or a table carried them.
 *
 * @internal
 */
final readonly class Carried
{
    private const TIME = '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/D';

    /** @param array<array-key, mixed> $values */
    public function __construct(private array $values)
    {
    }

    public function status(string $name): Status
    {
        $status = $this->text($name) ?? throw new \InvalidArgumentException("There is no {$name}.");
        return Status::tryFrom($status) ?? throw new \InvalidArgumentException("There is no status of this name.");
    }

    public function text(string $name): ?string
    {
        $value = $this->values[$name] ?? '';
        return match (true) {
            $value === '' => null,
            is_string($value) => $value,
            $value instanceof Status => $value->value,
            default => throw self::none($name, 'text'),
        };
    }

    public function number(string $name): int
    {
        $number = $this->real($name);
        return floor($number) === $number ? (int) $number : throw self::none($name, 'whole number');
    }

    public function real(string $name): float
    {
        $value = $this->values[$name] ?? '';
        return match (true) {
            $value === '' => 0.0,
            is_numeric($value) && $value >= 0 && $value < 1e9 => (float) $value,
            default => throw self::none($name, 'number'),
        };
    }

    /** A time without a zone could mean any, and is refused. */
    public function time(string $name): ?\DateTimeImmutable
    {
        $value = $this->values[$name] ?? '';
        if ($value instanceof \DateTimeInterface) {
            return \DateTimeImmutable::createFromInterface($value);
        }
        if ($value === '') {
            return null;
        }
        try {
            return is_string($value) && preg_match(self::TIME, $value) === 1
                ? (new \DateTimeImmutable($value))->setTimezone(new \DateTimeZone('UTC'))
                : throw self::none($name, 'time as RFC 3339 writes it');
        } catch (\Exception $failure) {
            throw $failure instanceof \InvalidArgumentException ? $failure : self::none($name, 'time');
        }
    }

    private static function none(string $name, string $kind): \InvalidArgumentException
    {
        return new \InvalidArgumentException("The value of {$name} is no {$kind}.");
    }
}
