<?php

// Lists what a PHP package shows, one item a line: the word that a changelog would name, a tab, and the item. What its
// documentation calls internal is left out, and so is the namespace Native.

declare(strict_types=1);

[, $folder, $namespace] = $argv;
spl_autoload_register(static function (string $name) use ($folder, $namespace): void {
    require $folder . '/' . strtr(substr($name, strlen($namespace) + 1), '\\', '/') . '.php';
});

$lines = [];
$files = new RegexIterator(new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder)), '~\.php$~');
foreach ($files as $file) {
    $name = substr($file->getPathname(), strlen($folder) + 1, -4);
    if (!str_starts_with($name, 'Native/')) {
        $class = new ReflectionClass($namespace . '\\' . strtr($name, '/', '\\'));
        isInternal($class) || $lines += ofClass($class);
    }
}
ksort($lines, SORT_STRING);
foreach ($lines as $line => $word) {
    echo "{$word}\t{$line}\n";
}

function isInternal(ReflectionClass|ReflectionMethod|ReflectionProperty|ReflectionClassConstant $item): bool
{
    return str_contains((string) $item->getDocComment(), '@internal');
}

/** @return array<string, string> */
function ofClass(ReflectionClass $class): array
{
    $name = $class->getShortName();
    $kind = match (true) {
        $class->isEnum() => 'enum',
        $class->isInterface() => 'interface',
        $class->isTrait() => 'trait',
        default => 'class',
    };
    $above = $class->getParentClass();
    $implemented = $class->getInterfaceNames();
    sort($implemented);
    $lines = [];
    $lines[implode(' ', array_filter([
        $class->isFinal() && $kind === 'class' ? 'final' : '',
        $class->isAbstract() && $kind === 'class' ? 'abstract' : '',
        method_exists($class, 'isReadOnly') && $class->isReadOnly() ? 'readonly' : '',
        $kind,
        $class->getName(),
        $above ? "extends {$above->getName()}" : '',
        $implemented === [] ? '' : 'implements ' . implode(', ', $implemented),
    ]))] = $name;
    foreach ($class->getReflectionConstants(ReflectionClassConstant::IS_PUBLIC) as $constant) {
        if (!isInternal($constant) && $constant->getDeclaringClass()->getName() === $class->getName()) {
            $value = $constant->getValue();
            $shown = $value instanceof BackedEnum ? $value->value : $value;
            $lines["{$name}::{$constant->getName()} = " . var_export($shown, true)] = $constant->getName();
        }
    }
    foreach ($class->getProperties(ReflectionProperty::IS_PUBLIC) as $property) {
        if (!isInternal($property) && $property->getDeclaringClass()->getName() === $class->getName()) {
            $static = $property->isStatic() ? 'static ' : '';
            $readonly = $property->isReadOnly() ? 'readonly ' : '';
            $lines["{$name}: {$static}{$readonly}{$property->getType()} \${$property->getName()}"] = $property->getName();
        }
    }
    foreach ($class->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
        // What comes from a trait of the package counts as the class's own; what PHP brings does not.
        if (!isInternal($method) && $method->isUserDefined() && $method->getDeclaringClass()->getName() === $class->getName()) {
            $lines += ofMethod($name, $method);
        }
    }
    return $lines;
}

/** @return array<string, string> a line for the method, and one for each parameter, which callers may name. */
function ofMethod(string $class, ReflectionMethod $method): array
{
    $name = $method->getName();
    $static = $method->isStatic() ? 'static ' : '';
    $returned = $method->hasReturnType() ? ": {$method->getReturnType()}" : '';
    $lines = ["{$class}: {$static}{$name}(){$returned}" => $name === '__construct' ? $class : $name];
    foreach ($method->getParameters() as $parameter) {
        $default = match (true) {
            !$parameter->isDefaultValueAvailable() => '',
            $parameter->isDefaultValueConstant() => ' = ' . $parameter->getDefaultValueConstantName(),
            is_object($parameter->getDefaultValue()) => ' = an object',
            default => ' = ' . strtr(var_export($parameter->getDefaultValue(), true), "\n", ' '),
        };
        $many = $parameter->isVariadic() ? '...' : '';
        $line = "{$class}: {$name}({$parameter->getPosition()} {$parameter->getType()} {$many}\${$parameter->getName()}{$default})";
        $lines[$line] = $parameter->getName();
    }
    return $lines;
}
