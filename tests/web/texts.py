"""Follows an expression of the sources to all texts that it may be or hold."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.core.devices import FROM_DAW, TO_DAW
from tests.web.sources import Scope, files_of, modules, pairs, tree

#: What has two words and is a name: of our ports.
VERBATIM = (FROM_DAW, TO_DAW)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: the path of its module, and the function around it."""

    path: str
    scope: Scope | None = None


class Reader:
    """Follows an expression to all texts it may be or hold: `found` has them with their values."""

    def __init__(self) -> None:
        self._seen: list[ast.expr] = []
        self._count = itertools.count(71)
        self.found: dict[str, tuple[str, ...]] = {}

    def read(self, node: ast.expr, place: Place) -> None:
        """Read an expression and all that it stands for; what is not known here is passed over."""
        if node in self._seen:
            return
        self._seen.append(node)
        match node:
            case ast.Constant(str() as text):
                self._find(text, text, ())
            case ast.JoinedStr(values):
                self._join(values, place)
            case ast.Name(name) | ast.Call(func=ast.Name(name)):
                for meant, there in _meant(name, place):
                    self.read(meant, there)
            case ast.Call(func=ast.Attribute(attr="join"), args=[words]):
                self.read(words, place)
            case ast.Call(func=ast.Attribute(attr=name)):
                for returned, there in _method(name, place):
                    self.read(returned, there)
            case _:
                for part in _parts(node):
                    self.read(part, place)

    def _join(self, values: list[ast.expr], place: Place) -> None:
        """Take an f-string with a word or number for each of its braces, and what they hold."""
        text, words, kept = "", "", []
        for value in values:
            if isinstance(value, ast.FormattedValue):
                number = next(self._count)
                is_number = value.format_spec and ast.unparse(value.format_spec)[-2] in "fg"
                kept.append(f"{number}" if is_number else f"word{number}")
                text += f"'{kept[-1]}'" if value.conversion == ord("r") else kept[-1]
                self.read(value.value, place)
            elif isinstance(value, ast.Constant):
                text, words = text + str(value.value), words + str(value.value)
        self._find(text, words, tuple(kept))

    def _find(self, text: str, words: str, kept: tuple[str, ...]) -> None:
        """Keep a text whose own `words` are English and more than a name."""
        if text in VERBATIM:
            return
        if " " in text.strip() and re.search("[a-z]{2}", words) and not re.search("[а-я]", words):
            if text[0] in " ;":  # it is added to another
                text, kept = f"word70{text}", ("word70", *kept)
            self.found[text] = kept


def _parts(node: ast.expr) -> Iterable[ast.expr]:
    """Return the expressions of which one or all are what an expression is."""
    match node:
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
            return one, other
        case ast.BoolOp(values=parts) | ast.Tuple(parts) | ast.List(parts) | ast.Dict(values=parts):
            return parts
        case ast.Subscript(value=ast.Name() as table):  # of a table of sentences
            return (table,)
        case ast.GeneratorExp(part, loops) | ast.ListComp(part, loops):
            return part, *(loop.iter for loop in loops)
    return ()


Meant = Iterator[tuple[ast.expr, Place]]


def _meant(name: str, place: Place) -> Meant:
    """Yield what a name stands for: in its function, else in its module, else where it is from."""
    module = tree(place.path)
    for holder, there in ((place.scope, place), (module, Place(place.path))):
        found = list(_assigned(name, holder)) if holder else []
        if found:
            yield from ((value, there) for value in found)
            return
    for node in module.body:
        match node:
            case ast.FunctionDef(name=own) if own == name:
                yield from _returned(node, place.path)
            case ast.ImportFrom(module=str() as source, names=names):
                for alias in names:
                    if alias.name == name and source.startswith("bridge."):
                        for path in files_of(f"{source}.{name}"):
                            yield from _meant(name, Place(path))


def _assigned(name: str, holder: Scope | ast.Module) -> Iterator[ast.expr]:
    """Yield what a name is set to, in a function or at the top of a module."""
    inside = ast.walk(holder) if isinstance(holder, Scope) else iter(holder.body)
    for node in inside:
        match node:
            case ast.Assign(targets=[target], value=value):
                yield from (worth for own, worth in pairs(target, value) if own == name)
            case (
                ast.AnnAssign(target=ast.Name(own), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(own), value=value)
            ) if own == name:
                yield value


def _method(name: str, place: Place) -> Meant:
    """Yield what a method returns: one of this module, else the only one of this name."""
    for paths in ([place.path], modules()):
        found = [
            (node, path)
            for path in paths
            for node in ast.walk(tree(path))
            if isinstance(node, Scope) and node.name == name
        ]
        if len(found) == 1:
            yield from _returned(*found[0])
            return


def _returned(function: Scope, path: str) -> Meant:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value, Place(path, function)
