<?php

declare(strict_types=1);

namespace GraphInvalidate;

/**
 * What a parameter has that was left out. Its type then has no null: null under its name is a value that somebody has
 * lost, and PHP refuses it, where a lost value would take a protection away or lead elsewhere.
 */
enum NotGiven
{
    case Value;
}
