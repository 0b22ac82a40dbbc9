"""The sources of a running jam as syntax trees, and what names in them stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_architecture import ROOT, imported

#: Where the processes of a jam begin; what these import, also within functions, can speak.
BEGINNINGS = (
    "bridge/app/hub/process.py",
    "bridge/app/engine/process.py",
    "bridge/app/player/process.py",
    "bridge/app/player/jack_cycle.py",
    "bridge/app/doctor/apart.py",
)

#: Modules of these that speak to somebody else only.
ELSEWHERE = {
    "bridge/app/daws/daw_folders.py": "to the terminal, of `antiphon setup`",
    "bridge/app/hub/lan.py": "to the terminal, before there is a panel",
    "bridge/control/callers.py": "to the program that sent the OSC packet",
    "bridge/control/exchange.py": "to that program",
    "bridge/control/manual.py": "to the terminal, of `antiphon docs`",
    "bridge/control/osc.py": "to that program, and to the terminal before there is a panel",
    "bridge/control/osc_tcp.py": "to that program",
    "bridge/control/packets.py": "to that program",
    "bridge/control/patterns.py": "to that program",
    "bridge/web/query.py": "to the program that asks by OSCQuery",
}

Scope = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.expr | ast.stmt


@cache
def tree(path: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse((ROOT / path).read_text())


@cache
def modules() -> tuple[str, ...]:
    """Return the paths of all modules that a jam may load and a player may hear of."""
    found, fresh = set[str](), list(BEGINNINGS)
    while fresh:
        path = fresh.pop()
        if path not in found:
            found.add(path)
            names = imported(path, (ROOT / path).read_text())
            fresh += [p for name in names if name.startswith("bridge.") for p in files_of(name)]
    return tuple(sorted(found - ELSEWHERE.keys()))


def files_of(name: str) -> list[str]:
    """Return the path of the module that a dotted name is, or is within."""
    parts = name.split(".")
    ways = (Path(*cut).with_suffix(".py") for cut in (parts, parts[:-1]))
    return [way.as_posix() for way in ways if (ROOT / way).exists()][:1]


def walk(node: ast.AST, scope: Scope | None) -> Iterator[tuple[Scope | None, Node]]:
    """Yield all expressions and statements, each with the function it is in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Node):
            yield scope, child
        yield from walk(child, child if isinstance(child, Scope) else scope)


def called(node: ast.AST) -> str:
    """Return what a call calls, without what is before the dot."""
    match node:
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name
    return ""


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name or attribute that an assignment sets, with what it sets it to."""
    match target, value:
        case ast.Tuple(targets), ast.Tuple(values):
            for each, worth in zip(targets, values, strict=False):
                yield from pairs(each, worth)
        case ((ast.Name(name) | ast.Attribute(attr=name)), _):
            yield name, value
