"""Every sentence that Antiphon may say to a player who looks at the panel, read from its sources.

A sentence begins where an error of ours is made, one of SAYS is called or one of KEPT is set, in a
module that the running jam imports. Names, branches, joined texts and functions are followed to the
strings they stand for. A `Sentence` is an example: what stands in an f-string's braces are words
and numbers that can be found again.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bridge.core.devices import FROM_DAW, TO_DAW
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
    "bridge/control/exchange.py": "to the program that sent the OSC packet",
    "bridge/control/manual.py": "to the terminal, of `antiphon docs`",
    "bridge/control/osc.py": "to that program, and to the terminal before there is a panel",
    "bridge/control/osc_tcp.py": "to that program",
    "bridge/control/packets.py": "to that program",
    "bridge/web/query.py": "to the program that asks by OSCQuery",
}

#: What has two words and is a name: of our ports.
VERBATIM = (FROM_DAW, TO_DAW)

#: What tells a player something, and at which argument its words begin.
SAYS = {
    "Finding": 2, "Fault": 2, "Notice": 0, "Met": 0, "complain": 1, "_complain": 0, "_tell": 0,
    "_take_over": 1, "_conduct": 1, "_conduct_ourselves": 1,
}  # fmt: skip
#: Attributes and keys that hold words for the player.
KEPT = ("reason", "verdict", "provider", "error")

Scope = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.expr | ast.stmt


@dataclass(frozen=True, slots=True)
class Sentence:
    """An example of what may be said: `values` are parts of it that no language changes."""

    text: str
    values: tuple[str, ...]
    where: str = field(compare=False)  # file and line


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: the path of its module, and the function around it."""

    path: str
    scope: Scope | None = None


def spoken() -> list[Sentence]:
    """Return all sentences, each once."""
    found: dict[str, Sentence] = {}
    for path in modules():
        for scope, node in _walk(tree(path), None):
            for words in _said(node):
                reader = Reader()
                reader.read(words, Place(path, scope))
                where = f"{path}:{node.lineno}"
                found |= {text: Sentence(text, kept, where) for text, kept in reader.found.items()}
    return list(found.values())


def checks() -> set[str]:
    """Return the names of all checks of the doctor's."""
    calls = (node for path in modules() for _, node in _walk(tree(path), None))
    heads = (c.args[0] for c in calls if _called(c) in ("Finding", "Check") and c.args)  # type: ignore[union-attr]
    return {str(head.value) for head in heads if isinstance(head, ast.Constant)}


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
            fresh += [p for name in names if name.startswith("bridge.") for p in _files_of(name)]
    return tuple(sorted(found - ELSEWHERE.keys()))


@cache
def errors() -> dict[str, int]:
    """Return the errors that a player can mend, and at which argument their words begin."""
    classes = [n for path in modules() for n in tree(path).body if isinstance(n, ast.ClassDef)]
    bases = {c.name: {base.id for base in c.bases if isinstance(base, ast.Name)} for c in classes}
    found, before = {"BridgeError"}, set[str]()
    while found != before:
        before = set(found)
        found |= {name for name, known in bases.items() if known & before}
    return dict.fromkeys(found, 0)


def _files_of(name: str) -> list[str]:
    """Return the path of the module that a dotted name is, or is within."""
    parts = name.split(".")
    ways = (Path(*cut).with_suffix(".py") for cut in (parts, parts[:-1]))
    return [way.as_posix() for way in ways if (ROOT / way).exists()][:1]


def _walk(node: ast.AST, scope: Scope | None) -> Iterator[tuple[Scope | None, Node]]:
    """Yield all expressions and statements, each with the function it is in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Node):
            yield scope, child
        yield from _walk(child, child if isinstance(child, Scope) else scope)


def _called(node: ast.AST) -> str:
    """Return what a call calls, without what is before the dot."""
    match node:
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name
    return ""


def _said(node: Node) -> Sequence[ast.expr]:
    """Return the expressions of a node whose words a player may hear."""
    match node:
        case ast.Call(args=args, keywords=named) if (name := _called(node)) in SAYS | errors():
            begin = SAYS.get(name, 0)
            return [*args[begin:], *(word.value for word in named)]
        case ast.Assign(targets=[target], value=value):
            return [worth for name, worth in _pairs(target, value) if name in KEPT]
        case ast.Dict(keys, values):
            names = [key.value if isinstance(key, ast.Constant) else "" for key in keys]
            pairs = zip(names, values, strict=True)
            return [v for name, v in pairs if name in KEPT and not isinstance(v, ast.Tuple)]
    return []


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name or attribute that an assignment sets, with what it sets it to."""
    match target, value:
        case ast.Tuple(targets), ast.Tuple(values):
            for each, worth in zip(targets, values, strict=False):
                yield from _pairs(each, worth)
        case ((ast.Name(name) | ast.Attribute(attr=name)), _):
            yield name, value


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
                        for path in _files_of(f"{source}.{name}"):
                            yield from _meant(name, Place(path))


def _assigned(name: str, holder: Scope | ast.Module) -> Iterator[ast.expr]:
    """Yield what a name is set to, in a function or at the top of a module."""
    inside = ast.walk(holder) if isinstance(holder, Scope) else iter(holder.body)
    for node in inside:
        match node:
            case ast.Assign(targets=[target], value=value):
                yield from (worth for own, worth in _pairs(target, value) if own == name)
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
