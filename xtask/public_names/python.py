"""Lists what a Python package shows: the names of its ``__all__``, and what its classes have, as the source declares them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def main(package: Path) -> None:
    """Prints the names, one a line."""
    modules = {file.stem: ast.parse(file.read_text("utf-8")) for file in package.glob("*.py")}
    declared = {
        node.name: node
        for module in modules.values()
        for node in module.body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    }
    shown: list[str] = next(
        ast.literal_eval(node.value)
        for node in modules["__init__"].body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    for name in shown:
        node = declared.get(name)
        print(*signature(name, node), sep="\n")
        if isinstance(node, ast.ClassDef):
            for line in members(node, declared):
                print(f"{name}.{line}")


def members(owner: ast.ClassDef, declared: dict[str, ast.stmt]) -> list[str]:
    """What a class has of its own, and from bases that are not shown themselves."""
    found = []
    for base in owner.bases:
        above = declared.get(ast.unparse(base).split("[")[0])
        if isinstance(above, ast.ClassDef):
            found += members(above, declared)
    for node in owner.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if not node.name.startswith("_") or node.name in {"__init__", "__enter__", "__aenter__", "__iter__"}:
                found += signature(node.name, node)
        elif isinstance(node, ast.AnnAssign) and not ast.unparse(node.target).startswith("_"):
            found.append(f"{ast.unparse(node.target)}={ast.unparse(node.annotation)}")
    return sorted(set(found))


def signature(name: str, node: ast.stmt | None) -> list[str]:
    """The name; and a line for each parameter, with its place where it has one, and its default."""
    lines = [name]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = node.args
        placed = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(placed) - len(arguments.defaults)) + list(arguments.defaults)
        given = [
            (f"{place} {argument.arg}", default) for place, (argument, default) in enumerate(zip(placed, defaults))
        ]
        given += zip((argument.arg for argument in arguments.kwonlyargs), arguments.kw_defaults)
        lines += [
            f"{name}({argument}{'' if default is None else '=' + ast.unparse(default)})"
            for argument, default in given
            if not argument.endswith(" self")
        ]
    return lines


if __name__ == "__main__":
    main(Path(sys.argv[1]))
