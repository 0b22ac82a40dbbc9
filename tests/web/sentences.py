"""Every sentence that Antiphon may say to a player who looks at the panel, read from its sources.

A sentence begins where an error of ours is made, one of SAYS is called or one of KEPT is set, in a
module that the running jam imports. Names, branches, joined texts and functions are followed to the
strings they stand for. A `Sentence` is an example: what stands in an f-string's braces are words
and numbers that can be found again.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from tests.web.sources import Node, called, modules, pairs, tree, walk
from tests.web.texts import Place, Reader

#: What tells a player something, and at which argument its words begin.
SAYS = {
    "Finding": 2, "Fault": 2, "Notice": 0, "Met": 0, "complain": 1, "_complain": 0, "_tell": 0,
    "_take_over": 1, "_conduct": 1, "_conduct_ourselves": 1,
}  # fmt: skip
#: Attributes and keys that hold words for the player.
KEPT = ("reason", "verdict", "provider", "error")


@dataclass(frozen=True, slots=True)
class Sentence:
    """An example of what may be said: `values` are parts of it that no language changes."""

    text: str
    values: tuple[str, ...]
    where: str = field(compare=False)  # file and line


def spoken() -> list[Sentence]:
    """Return all sentences, each once."""
    found: dict[str, Sentence] = {}
    for path in modules():
        for scope, node in walk(tree(path), None):
            for words in _said(node):
                reader = Reader()
                reader.read(words, Place(path, scope))
                where = f"{path}:{node.lineno}"
                found |= {text: Sentence(text, kept, where) for text, kept in reader.found.items()}
    return list(found.values())


def checks() -> set[str]:
    """Return the names of all checks of the doctor's."""
    calls = (node for path in modules() for _, node in walk(tree(path), None))
    heads = (c.args[0] for c in calls if called(c) in ("Finding", "Check") and c.args)  # type: ignore[union-attr]
    return {str(head.value) for head in heads if isinstance(head, ast.Constant)}


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


def _said(node: Node) -> Sequence[ast.expr]:
    """Return the expressions of a node whose words a player may hear."""
    match node:
        case ast.Call(args=args, keywords=named) if (name := called(node)) in SAYS | errors():
            begin = SAYS.get(name, 0)
            return [*args[begin:], *(word.value for word in named)]
        case ast.Assign(targets=[target], value=value):
            return [worth for name, worth in pairs(target, value) if name in KEPT]
        case ast.Dict(keys, values):
            names = [key.value if isinstance(key, ast.Constant) else "" for key in keys]
            rows = zip(names, values, strict=True)
            return [v for name, v in rows if name in KEPT and not isinstance(v, ast.Tuple)]
    return []
